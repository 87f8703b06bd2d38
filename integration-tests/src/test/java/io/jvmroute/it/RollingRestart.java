package io.jvmroute.it;

import io.jvmroute.it.contract.SessionId.Carrier;
import io.jvmroute.it.contract.ShopClient;
import io.jvmroute.it.contract.Shopper;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;

/** Stops and starts all nodes of a cluster, one after the other and by SIGTERM alone, while shoppers shop who know what must be in their carts. */
final class RollingRestart {
    private static final String DRAIN_TIMEOUT = "1m";
    private static final int THINKING_MILLIS = 100;

    /** Another build's JAR of the valve, which the nodes have after their restart; empty: the same as before. */
    private static final String UPGRADE = System.getProperty("jvmroute.it.upgrade", "");

    private final NodeGroup group;
    private final boolean copies;
    private final AtomicLong requests = new AtomicLong();
    private final AtomicInteger journeys = new AtomicInteger();
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private volatile boolean over;

    /**
     * What came of it.
     *
     * @param requests how many were sent
     * @param journeys how many sessions were used
     * @param faults failed requests, and carts that were not what they should be
     * @param stops what the log of each node said of its drain
     */
    record Result(long requests, int journeys, List<String> faults, List<String> stops) {}

    private RollingRestart(NodeGroup group, boolean copies) {
        this.group = group;
        this.copies = copies;
    }

    /**
     * A whole run.
     *
     * @param kind {@code tomcat}: sessions copied by DeltaManager, or {@code jetty}: in a database
     * @param frontend through a tier of one frontend; else straight to the nodes, behind a balancer of TCP connections
     * @param connections how many clients at once
     * @param sessions how many long journeys, among which there are short ones
     */
    static Result run(String kind, boolean frontend, int connections, int sessions) throws Exception {
        boolean tomcat = kind.equals("tomcat");
        try (NodeGroup group = tomcat ? NodeGroup.tomcats(DRAIN_TIMEOUT) : NodeGroup.jettys(DRAIN_TIMEOUT)) {
            RollingRestart run = new RollingRestart(group, tomcat);
            try {
                for (String name : group.names()) {
                    NodeGroup.node(name).start();
                    NodeGroup.node(name).deploy(TomcatRuntime.shop());
                }
                run.awaitShops();
                run.awaitWhole();
                return frontend
                        ? run.throughFrontend(kind, connections, sessions)
                        : run.balanced(connections, sessions);
            } finally {
                run.over = true;
                for (String name : group.names()) {
                    NodeGroup.node(name).close();
                }
            }
        }
    }

    private Result balanced(int connections, int sessions) throws Exception {
        List<Integer> ports = group.names().stream()
                .map(name -> group.uri(name, "/").getPort())
                .toList();
        try (TcpBalancer balancer = new TcpBalancer(ports)) {
            return shop(balancer.uri("/shop/"), connections, sessions);
        }
    }

    private Result throughFrontend(String kind, int connections, int sessions) throws Exception {
        try (FrontendNode frontend = FrontendNode.start(kind, group)) {
            return shop(frontend.uri("/shop/"), connections, sessions);
        }
    }

    private Result shop(URI shop, int connections, int sessions) throws Exception {
        ShopClient client = new ShopClient();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            int own = (sessions + connections - 1 - i) / connections;
            Thread thread = new Thread(() -> travel(client, shop, own), "client-" + i);
            clients.add(thread);
            thread.start();
        }
        Awaitility.await().atMost(ServerProcess.LIMIT).until(() -> journeys.get() >= sessions);
        List<String> stops = new ArrayList<>();
        for (String name : group.names()) {
            NodeGroup.node(name).stop();
            stops.add(NodeGroup.node(name)
                    .log()
                    .lines()
                    .filter(line -> line.contains(" drained in "))
                    .findFirst()
                    .orElse("not drained"));
            if (!UPGRADE.isEmpty()) {
                NodeGroup.node(name).upgrade(Path.of(UPGRADE));
            }
            NodeGroup.node(name).start();
            if (stops.size() < group.names().size()) {
                awaitWhole();
            }
        }
        over = true;
        for (Thread thread : clients) {
            thread.join();
        }
        return new Result(requests.get(), journeys.get(), List.copyOf(faults), stops);
    }

    /** One client: sessions that last, used in turn, and a short one now and then. */
    private void travel(ShopClient client, URI shop, int sessions) {
        List<Shopper> shoppers = new ArrayList<>();
        for (int turn = 0; !over; turn++) {
            int at = turn % (sessions + 1);
            try {
                if (at == sessions) {
                    brief(client, shop);
                } else if (at == shoppers.size()) {
                    requests.incrementAndGet();
                    shoppers.add(Shopper.begin(client, shop, Carrier.COOKIE));
                    journeys.incrementAndGet();
                } else {
                    requests.addAndGet(2);
                    shoppers.get(at).add(shop, "assam");
                    shoppers.get(at).look(shop);
                }
                Thread.sleep(ThreadLocalRandom.current().nextInt(THINKING_MILLIS)); // people think
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException | AssertionError e) {
                faults.add(Instant.now() + " " + e);
                if (at < shoppers.size()) {
                    shoppers.remove(at); // what it knows holds no longer
                }
            }
        }
    }

    private void brief(ShopClient client, URI shop) {
        requests.addAndGet(4);
        journeys.incrementAndGet();
        Shopper shopper = Shopper.begin(client, shop, Carrier.COOKIE);
        shopper.add(shop, "rooibos");
        shopper.look(shop);
        shopper.logout(shop);
    }

    /** A Jetty looks for new applications now and then. */
    private void awaitShops() {
        for (String name : group.names()) {
            Awaitility.await().atMost(ServerProcess.LIMIT).ignoreExceptions().until(() -> {
                URLConnection shop = group.uri(name, "/shop/").toURL().openConnection();
                return ((HttpURLConnection) shop).getResponseCode() == 200;
            });
        }
    }

    /** All nodes know each other as ready, and hold the same sessions where they copy them. */
    private void awaitWhole() {
        Awaitility.await()
                .atMost(ServerProcess.LIMIT)
                .pollInterval(Duration.ofMillis(500))
                .ignoreExceptions()
                .until(() -> allReady() && (!copies || allCopied()));
    }

    private boolean allReady() throws IOException {
        for (String name : group.names()) {
            try (NodeJmx jmx = NodeJmx.attach(NodeGroup.node(name).handle().pid(), name)) {
                List<String> nodes = jmx.affinity().getNodes();
                if (nodes.size() != 3 || !nodes.stream().allMatch(node -> node.matches("n\\d READY http.*"))) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean allCopied() throws IOException {
        Map<String, ProcessHandle> running = new LinkedHashMap<>();
        group.names().forEach(name -> running.put(name, NodeGroup.node(name).handle()));
        var counts = NodeGroup.sessions(running).values().stream()
                .mapToInt(count -> count)
                .summaryStatistics();
        return counts.getMax() - counts.getMin() <= counts.getMax() / 10 + 5;
    }
}
