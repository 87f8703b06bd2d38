package io.jvmroute.hazelcast;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import io.jvmroute.cluster.GridUnavailableException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Starts the member, and says in our words why that failed. */
final class MemberStart {
    private static final System.Logger LOGGER = System.getLogger(MemberStart.class.getName());
    private static final String LOGGING = "hazelcast.logging.class";

    private MemberStart() {}

    /**
     * A running member, joined to others or alone.
     *
     * @throws GridUnavailableException if there is none; no thread is left then
     */
    static HazelcastInstance start(GridSettings settings, String memberId) throws GridUnavailableException {
        @Nullable MemberFile file = settings.file();
        if (file == null) {
            return start(settings, MemberConfig.of(settings, memberId));
        }
        CallThreads.reuse();
        try {
            Config config = file.load(settings, memberId);
            if (MemberFile.servesClients(config)) {
                LOGGER.log(
                        Level.WARNING,
                        "hazelcastConfig: the port of {0} serves Hazelcast clients as well (expected: advanced-network)",
                        file.path());
            }
            return startInOwnLoader(config);
        } catch (RuntimeException e) {
            throw new GridUnavailableException(
                    "hazelcastConfig: the member of " + file.path() + " did not start: " + e.getMessage(), e);
        }
    }

    static HazelcastInstance start(GridSettings settings, Config config) throws GridUnavailableException {
        requireOwnAddress(settings.bindAddress());
        CallThreads.reuse();
        try {
            return startInOwnLoader(config);
        } catch (RuntimeException e) {
            throw new GridUnavailableException(explain(settings, e), e);
        }
    }

    /**
     * The user's member.
     *
     * @throws GridUnavailableException if it has stopped
     */
    static HazelcastInstance useRunning(SharedInstance shared) throws GridUnavailableException {
        CallThreads.reuse();
        HazelcastInstance member = shared.member();
        if (!member.getLifecycleService().isRunning()) {
            throw new GridUnavailableException(
                    "hazelcast: the given instance " + shared + " has stopped",
                    new HazelcastInstanceNotActiveException());
        }
        return member;
    }

    private static void requireOwnAddress(String bindAddress) throws GridUnavailableException {
        try (ServerSocket probe = new ServerSocket()) {
            InetAddress address = InetAddress.getByName(bindAddress);
            if (address.isAnyLocalAddress()) {
                throw new UnknownHostException(bindAddress);
            }
            probe.bind(new InetSocketAddress(address, 0));
        } catch (IOException e) {
            throw new GridUnavailableException(
                    "bindAddress: " + bindAddress + " (expected: one address of this machine)", e);
        }
    }

    /**
     * Hazelcast's threads inherit the context class loader: a web application's would never be freed. The factory of its logs is
     * asked for by a system property only, so it is there just while the member starts; a user's own choice stays.
     */
    private static HazelcastInstance startInOwnLoader(Config config) {
        return inOwnLoader(() -> Hazelcast.newHazelcastInstance(config));
    }

    static synchronized <T> T inOwnLoader(Supplier<T> action) {
        Thread thread = Thread.currentThread();
        @Nullable ClassLoader before = thread.getContextClassLoader();
        boolean ours = System.getProperty(LOGGING) == null;
        thread.setContextClassLoader(MemberStart.class.getClassLoader());
        if (ours) {
            System.setProperty(LOGGING, MemberLogs.class.getName());
        }
        try {
            return action.get();
        } finally {
            thread.setContextClassLoader(before);
            if (ours) {
                System.clearProperty(LOGGING);
            }
        }
    }

    private static String explain(GridSettings settings, Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException) {
                return "hazelcastPort: " + settings.port() + " is taken on " + settings.bindAddress()
                        + " (expected: a free port, another one for each node of a machine)";
            }
        }
        // Hazelcast's word for a join that failed; why is in its log.
        return failure instanceof IllegalStateException
                ? "clusterName: the members of " + settings.clusterName() + " at " + settings.members()
                        + " did not let this node in (expected: members that answer, of one minor version)"
                : "the Hazelcast member did not start: " + failure.getMessage();
    }
}
