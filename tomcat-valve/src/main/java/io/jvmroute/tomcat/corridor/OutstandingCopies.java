package io.jvmroute.tomcat.corridor;

import io.jvmroute.tomcat.SilentMemberInterceptor;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.Array;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import org.apache.catalina.Manager;
import org.jspecify.annotations.Nullable;

/**
 * Copies of sessions that a member of Tomcat's cluster has not acknowledged, while no request waits for that, or that nobody is there to take. Who took a session over
 * then might serve an older copy, and the newer one would arrive after what is changed there.
 *
 * <p>Used by one thread at a time.
 */
final class OutstandingCopies {
    private static final Logger LOG = System.getLogger(OutstandingCopies.class.getName());

    /** There may be many sessions to ask for, again and again. */
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long TELL_NANOS = TimeUnit.SECONDS.toNanos(5);

    private long seen = System.nanoTime() - LOOK_NANOS;
    private long told = System.nanoTime() - TELL_NANOS;

    /** Whether there were some a moment ago, of any manager. */
    boolean existed() {
        return System.nanoTime() - seen < LOOK_NANOS;
    }

    /** Whether there are some of the manager's cluster. */
    boolean exist(Manager manager) {
        String reason = reason(manager);
        if (reason == null) {
            return false;
        }
        seen = System.nanoTime();
        if (seen - told >= TELL_NANOS) {
            told = seen;
            LOG.log(Level.WARNING, "no session is handed over: {0}", reason);
        }
        return true;
    }

    /** Why no session may leave; null if there is no reason. By reflection: a cluster's classes need not be there. */
    private static @Nullable String reason(Manager manager) {
        try {
            Object cluster = manager.getClass().getMethod("getCluster").invoke(manager);
            Object members = cluster == null
                    ? null
                    : cluster.getClass().getMethod("getMembers").invoke(cluster);
            if (cluster == null || members == null || Array.getLength(members) == 0) {
                return "Tomcat's cluster has no other member now";
            }
            Object channel = cluster.getClass().getMethod("getChannel").invoke(cluster);
            Iterator<?> interceptors = (Iterator<?>)
                    channel.getClass().getMethod("getInterceptors").invoke(channel);
            while (interceptors.hasNext()) {
                if (interceptors.next() instanceof SilentMemberInterceptor interceptor) {
                    String[] silent = interceptor.getSilentMembers();
                    return silent.length == 0
                            ? null
                            : "these members have not acknowledged all copies: " + String.join(", ", silent);
                }
            }
            return null;
        } catch (ReflectiveOperationException e) {
            return null; // made like Tomcat's, without that method
        }
    }
}
