package io.jvmroute.tomcat.corridor;

import io.jvmroute.tomcat.SilentMemberInterceptor;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Iterator;
import org.apache.catalina.Manager;
import org.jspecify.annotations.Nullable;

/**
 * Copies of sessions that a member of Tomcat's cluster has not acknowledged, while no request waits for that. Who took a session over then might serve an older copy,
 * and the newer one would arrive after what is changed there.
 *
 * <p>Used by one thread.
 */
final class OutstandingCopies {
    private static final Logger LOG = System.getLogger(OutstandingCopies.class.getName());

    private boolean waits;

    /** Whether there are any of the manager's cluster. */
    boolean exist(Manager manager) {
        String silent = silentMembers(manager);
        if (silent != null && !waits) {
            LOG.log(Level.WARNING, "no session is handed over before these have their copies: {0}", silent);
        }
        waits = silent != null;
        return waits;
    }

    /** By reflection: a cluster's classes need not be there. */
    private static @Nullable String silentMembers(Manager manager) {
        try {
            Object cluster = manager.getClass().getMethod("getCluster").invoke(manager);
            Object channel = cluster == null
                    ? null
                    : cluster.getClass().getMethod("getChannel").invoke(cluster);
            if (channel == null) {
                return null;
            }
            Iterator<?> interceptors = (Iterator<?>)
                    channel.getClass().getMethod("getInterceptors").invoke(channel);
            while (interceptors.hasNext()) {
                if (interceptors.next() instanceof SilentMemberInterceptor interceptor) {
                    String[] silent = interceptor.getSilentMembers();
                    return silent.length == 0 ? null : String.join(", ", silent);
                }
            }
            return null;
        } catch (ReflectiveOperationException e) {
            return null; // a cluster of another make
        }
    }
}
