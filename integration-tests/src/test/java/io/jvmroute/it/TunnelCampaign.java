package io.jvmroute.it;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;

/**
 * Ten thousand idle WebSockets through a frontend: what do they cost it, and how long does a message take beside a direct one?
 *
 * <p>Argument: how many instead, 1000 or more; fewer where a process may not have as many files. Exit status 1 if a bound does not hold.
 */
final class TunnelCampaign {
    private static final int ACTIVE = 1000;
    private static final int MESSAGES = 10_000;
    private static final int ROUNDS = 5;
    private static final long MOST_GROWTH = 100_000_000;
    private static final int MOST_THREADS = 300;
    private static final int MOST_TIMES_DIRECT = 3;
    private static final int OTHER_FILES = 500;

    private TunnelCampaign() {}

    public static void main(String[] arguments) throws Exception {
        int wanted = arguments.length == 0 ? 10_000 : Integer.parseInt(arguments[0]);
        if (wanted < ACTIVE) {
            throw new IllegalArgumentException("tunnels: " + wanted + " (expected: " + ACTIVE + " or more)");
        }
        if (!holds(Math.min(wanted, mostTunnels()))) {
            System.exit(1);
        }
    }

    private static boolean holds(int count) throws IOException {
        try (TomcatNode owner = owner().start();
                TomcatNode frontend = frontend(owner).start();
                NodeJmx jmx = NodeJmx.attach(frontend.handle().pid(), "frontend");
                Tunnels direct = new Tunnels(owner.uri("/"));
                Tunnels tunnels = new Tunnels(frontend.uri("/"))) {
            tunnels.open(ACTIVE); // and warm
            tunnels.echo(ACTIVE, MESSAGES);
            boolean good = cost(count, tunnels, jmx);
            direct.open(ACTIVE);
            good &= latency(direct, tunnels);
            return good;
        }
    }

    /** Two files each on the frontend. */
    private static int mostTunnels() {
        var system = ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class);
        return (int) Math.min(Integer.MAX_VALUE, (system.getMaxFileDescriptorCount() - OTHER_FILES) / 2);
    }

    private static TomcatNode owner() throws IOException {
        return TomcatNode.named(TomcatRuntime.tomcat11(), "tunnels-owner")
                .connector("maxConnections=\"30000\"")
                .jvmArguments("-Xmx2g")
                .bundledApplication("examples")
                .node();
    }

    private static TomcatNode frontend(TomcatNode owner) throws IOException {
        String valve = "<Valve className=\"io.jvmroute.tomcat.AffinityValve\" mode=\"frontend\" hazelcastPort=\"0\""
                + " backends=\"n1=http://%s\" maxTunnels=\"30000\"/>";
        return TomcatNode.named(TomcatRuntime.tomcat11(), "tunnels-frontend")
                .connector(
                        "maxConnections=\"30000\" " + System.getProperty("connector", "socket.directBuffer=\"true\""))
                .jvmArguments("-Xmx512m")
                .lib(TomcatRuntime.jar())
                .engine(valve.formatted(owner.uri("/").getAuthority()))
                .node();
    }

    private static boolean cost(int count, Tunnels tunnels, NodeJmx jmx) throws IOException {
        int threadsBefore = jmx.threads();
        long heapBefore = jmx.heapAfterGc();
        tunnels.open(count - ACTIVE);
        int threads = jmx.threads();
        long growth = jmx.heapAfterGc() - heapBefore;
        System.out.printf(
                Locale.ROOT,
                "%d tunnels (%d of them new): threads %d -> %d, heap %.1f MB %+.1f MB%n",
                jmx.affinity().getOpenTunnels(),
                count - ACTIVE,
                threadsBefore,
                threads,
                heapBefore / 1e6,
                growth / 1e6);
        return jmx.affinity().getOpenTunnels() == count && threads <= MOST_THREADS && growth <= MOST_GROWTH;
    }

    private static boolean latency(Tunnels direct, Tunnels tunnels) throws IOException {
        double[] times = new double[ROUNDS];
        direct.echo(ACTIVE, MESSAGES);
        for (int i = 0; i < ROUNDS; i++) {
            long[] plain = direct.echo(ACTIVE, MESSAGES);
            long[] tunnelled = tunnels.echo(ACTIVE, MESSAGES);
            times[i] = (double) percentile(tunnelled, 99) / percentile(plain, 99);
            System.out.printf(
                    Locale.ROOT,
                    "echo p50/p99 us: direct %d/%d, tunnel %d/%d, p99 times %.2f%n",
                    percentile(plain, 50) / 1000,
                    percentile(plain, 99) / 1000,
                    percentile(tunnelled, 50) / 1000,
                    percentile(tunnelled, 99) / 1000,
                    times[i]);
        }
        Arrays.sort(times);
        return times[ROUNDS / 2] <= MOST_TIMES_DIRECT;
    }

    private static long percentile(long[] sorted, int percent) {
        return sorted[sorted.length * percent / 100];
    }
}
