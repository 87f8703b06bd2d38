package io.jvmroute.it;

import io.jvmroute.it.contract.SessionId.Carrier;
import io.jvmroute.it.contract.ShopClient;
import io.jvmroute.it.contract.ShopState;
import io.jvmroute.it.contract.Shopper;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;

/** Adds a third node to two, behind a frontend and under load: whether a session moves, and what share of the new ones the new node gets. */
final class ScaleOut {
    private static final int THINKING_MILLIS = 100;
    private static final int LASTING_SESSIONS = 4; // of each client

    private final AtomicLong requests = new AtomicLong();
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final Queue<String> moved = new ConcurrentLinkedQueue<>();
    private final Queue<Begun> begun = new ConcurrentLinkedQueue<>();
    private volatile boolean over;

    /** A new session: when and where it began. */
    private record Begun(long nanos, String node) {}

    /**
     * What came of it.
     *
     * @param requests how many were sent
     * @param faults those that failed, or found another cart
     * @param moved sessions that changed their node
     * @param firstHalfMinute new sessions by node, in the 30 s after the third was ready: it starts slowly
     * @param secondHalfMinute the same in the 30 s after those
     */
    record Result(
            long requests,
            List<String> faults,
            List<String> moved,
            Map<String, Long> firstHalfMinute,
            Map<String, Long> secondHalfMinute) {
        /** The new node's share of all new sessions, when it has started; its fair one is a third. */
        double share() {
            long all =
                    secondHalfMinute.values().stream().mapToLong(count -> count).sum();
            return secondHalfMinute.getOrDefault("n3", 0L) / (double) Math.max(1, all);
        }
    }

    /** A whole run; {@code kind} is {@code tomcat} or {@code jetty}. */
    static Result run(String kind, int connections) throws Exception {
        try (NodeGroup group = kind.equals("tomcat") ? NodeGroup.tomcats() : NodeGroup.jettys()) {
            ScaleOut run = new ScaleOut();
            try {
                start("n3");
                NodeGroup.node("n3").stop(); // it has its application from now on when it starts
                start("n1");
                start("n2");
                try (FrontendNode frontend = FrontendNode.start(kind, group)) {
                    return run.measure(frontend.uri("/shop/"), connections);
                }
            } finally {
                run.over = true;
                for (String name : group.names()) {
                    NodeGroup.node(name).close();
                }
            }
        }
    }

    private static void start(String name) throws IOException {
        ContractNode node = NodeGroup.node(name);
        node.start();
        node.deploy(TomcatRuntime.shop());
        Awaitility.await() // an application deployed by hand answers later than its server
                .atMost(ServerProcess.LIMIT)
                .ignoreExceptions()
                .until(() ->
                        new ShopClient().get(node.uri("/shop/"), "state", null).status() == 200);
    }

    private Result measure(URI shop, int connections) throws Exception {
        ShopClient client = new ShopClient();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            Thread thread = new Thread(() -> travel(client, shop), "client-" + i);
            clients.add(thread);
            thread.start();
        }
        Awaitility.await().atMost(ServerProcess.LIMIT).until(() -> begun.size() >= connections * LASTING_SESSIONS);
        NodeGroup.node("n3").start();
        long ready = System.nanoTime();
        TimeUnit.SECONDS.sleep(60);
        over = true;
        for (Thread thread : clients) {
            thread.join();
        }
        return new Result(
                requests.get(),
                List.copyOf(faults),
                List.copyOf(moved),
                byNode(ready, Duration.ofSeconds(30)),
                byNode(ready + Duration.ofSeconds(30).toNanos(), Duration.ofSeconds(30)));
    }

    private Map<String, Long> byNode(long from, Duration time) {
        Map<String, Long> counts = new TreeMap<>();
        for (Begun one : begun) {
            long after = one.nanos() - from;
            if (after >= 0 && after < time.toNanos()) {
                counts.merge(one.node(), 1L, Long::sum);
            }
        }
        return counts;
    }

    /** One client: sessions that last, and short ones between their requests. */
    private void travel(ShopClient client, URI shop) {
        Map<Shopper, String> homes = new LinkedHashMap<>();
        while (!over) {
            try {
                if (homes.size() < LASTING_SESSIONS) {
                    Shopper shopper = Shopper.begin(client, shop, Carrier.COOKIE);
                    homes.put(shopper, home(shopper, shop));
                }
                for (Map.Entry<Shopper, String> lasting : homes.entrySet()) {
                    requests.incrementAndGet();
                    ShopState state = lasting.getKey().look(shop);
                    if (!state.node().equals(lasting.getValue())) {
                        moved.add(lasting.getValue() + " -> " + state.node());
                        lasting.setValue(state.node());
                    }
                    brief(client, shop);
                    Thread.sleep(ThreadLocalRandom.current().nextInt(THINKING_MILLIS)); // people think
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException | AssertionError e) {
                faults.add(String.valueOf(e));
                homes.clear(); // what they know may hold no longer
            }
        }
    }

    private void brief(ShopClient client, URI shop) {
        Shopper shopper = Shopper.begin(client, shop, Carrier.COOKIE);
        home(shopper, shop);
        shopper.logout(shop);
        requests.incrementAndGet();
    }

    private String home(Shopper shopper, URI shop) {
        requests.addAndGet(2);
        String node = shopper.look(shop).node();
        begun.add(new Begun(System.nanoTime(), node));
        return node;
    }
}
