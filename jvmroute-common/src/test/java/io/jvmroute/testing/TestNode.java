package io.jvmroute.testing;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A container with our corridor in this JVM, on loopback and a free port. */
public abstract class TestNode implements AutoCloseable {
    private static final int PORTS = 4_000;
    private static final int FIRST_PORT = 8_000 + Integer.getInteger("jvmroute.test.fork", 0) % 3 * PORTS;
    private static final AtomicInteger NEXT_PORT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(PORTS));

    /** Method and target of all that the container took for a request before it asked us; empty where no spy looks. */
    public final List<String> requests = new CopyOnWriteArrayList<>();

    /** The values of {@code Jvmroute-Hop} in these. */
    public final List<String> tickets = new CopyOnWriteArrayList<>();

    private final @Nullable String route;
    private final int hazelcastPort;

    /** {@code route} is null for a frontend. */
    protected TestNode(@Nullable String route, int hazelcastPort) {
        this.route = route;
        this.hazelcastPort = hazelcastPort;
    }

    /** Called by a spy. */
    public final void took(String method, String target, @Nullable String ticket) {
        requests.add(method + " " + target);
        if (ticket != null) {
            tickets.add(ticket);
        }
    }

    /** The port of its connector. */
    public abstract int port();

    /** As near to a crash as one JVM allows: the connector is gone at once and the grid is left without a word. */
    public abstract void crash() throws Exception;

    @Override
    public abstract void close();

    public final URI url(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    /** The Hazelcast member of this node. */
    public final HazelcastInstance member() {
        return findMember().orElseThrow();
    }

    private Optional<HazelcastInstance> findMember() {
        return Hazelcast.getAllHazelcastInstances().stream()
                .filter(member -> portOf(member) == hazelcastPort)
                .findFirst();
    }

    public static int portOf(HazelcastInstance member) {
        return member.getCluster().getLocalMember().getAddress().getPort();
    }

    /** Shuts the Hazelcast member down and holds its port, again where the node was quicker and has joined once more. */
    public final ServerSocket shutDownAndTakeHazelcastPort() {
        return Awaitility.await()
                .ignoreExceptions()
                .until(
                        () -> {
                            findMember().ifPresent(HazelcastInstance::shutdown);
                            return new ServerSocket(hazelcastPort, 1, InetAddress.getLoopbackAddress());
                        },
                        Objects::nonNull);
    }

    /** An attribute of the node's MBean, the first of its name in this JVM. */
    public final Object jmx(String attribute) throws JMException {
        return attribute("io.jvmroute:type=Affinity,route=" + (route == null ? "frontend" : route), attribute);
    }

    /** An attribute of the MBean {@code name} in this JVM. */
    public static Object attribute(String name, String attribute) throws JMException {
        return ManagementFactory.getPlatformMBeanServer().getAttribute(new ObjectName(name), attribute);
    }

    /** What the node's MBean says of a session. */
    public final String explain(String sessionId) throws JMException {
        return (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("io.jvmroute:type=Affinity,route=" + (route == null ? "frontend" : route)),
                        "explain",
                        new Object[] {sessionId},
                        new String[] {String.class.getName()});
    }

    /** Calls an operation of the node's MBean. */
    public final void operate(String operation) throws JMException {
        ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("io.jvmroute:type=Affinity,route=" + (route == null ? "frontend" : route)),
                        operation,
                        new Object[0],
                        new String[0]);
    }

    /**
     * Ports that were free a moment ago, none twice in a row. Below those that the system gives to outgoing connections: who waits for a member that has not
     * started would connect to itself now and then (RFC 9293 §3.5, figure 7), and Hazelcast never recovers from that. Test JVMs that run side by side have
     * ports of their own.
     */
    public static List<Integer> freePorts(int count) {
        return IntStream.generate(() -> FIRST_PORT + NEXT_PORT.getAndIncrement() % PORTS)
                .limit(PORTS)
                .filter(TestNode::isFree)
                .limit(count)
                .boxed()
                .toList();
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
