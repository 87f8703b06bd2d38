package io.jvmroute.tomcat.corridor;

import io.jvmroute.SessionHost;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.util.Collections;
import java.util.function.Consumer;
import org.apache.catalina.Manager;
import org.apache.catalina.Session;
import org.apache.catalina.session.StandardManager;
import org.jspecify.annotations.Nullable;

/** Which sessions of a manager other nodes can read: those of Tomcat's own cluster, DeltaManager and BackupManager and what is made like them. */
final class ReplicatedSessions {
    private static final String CLUSTER_MANAGER = "org.apache.catalina.ha.ClusterManager";
    private static final String DELTA_MANAGER = "org.apache.catalina.ha.session.DeltaManager";

    private ReplicatedSessions() {}

    /** Whether others hold the session's newest data, which they have when the last request of it is over, unless copies are outstanding. */
    static SessionHost.Release release(
            Manager manager, Session session, OutstandingCopies outstanding, Consumer<String> unserializable) {
        if (!isKind(manager.getClass())) {
            return SessionHost.Release.STAYS;
        }
        if (outstanding.exist(manager)) {
            return SessionHost.Release.NOT_YET;
        }
        String fault = findUnserializable(session);
        if (fault != null) {
            unserializable.accept(fault);
            return SessionHost.Release.STAYS;
        }
        return SessionHost.Release.RELEASED;
    }

    /** Whether a session taken out of it is gone from this node alone: not from a store, nor from a map that all nodes share. */
    static boolean forgetsQuietly(Manager manager) {
        for (Class<?> at = manager.getClass(); at != null; at = at.getSuperclass()) {
            if (at.getName().equals(DELTA_MANAGER)) {
                return true;
            }
        }
        return manager instanceof StandardManager;
    }

    /** Whether its managers replicate. By name: a cluster's classes need not be there. */
    private static boolean isKind(Class<?> type) {
        for (Class<?> at = type; at != null; at = at.getSuperclass()) {
            for (Class<?> kind : at.getInterfaces()) {
                if (kind.getName().equals(CLUSTER_MANAGER) || isKind(kind)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The class of an attribute that can't be written, or null. */
    private static @Nullable String findUnserializable(Session session) {
        var attributes = session.getSession();
        for (String name : Collections.list(attributes.getAttributeNames())) {
            try (ObjectOutputStream out = new ObjectOutputStream(OutputStream.nullOutputStream())) {
                out.writeObject(attributes.getAttribute(name));
            } catch (NotSerializableException e) {
                return e.getMessage();
            } catch (IOException e) {
                return String.valueOf(e);
            }
        }
        return null;
    }
}
