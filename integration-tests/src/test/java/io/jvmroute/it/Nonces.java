package io.jvmroute.it;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** Many requests through a frontend whose clients and applications go away in the middle: does each get its own answer, and what is left? */
final class Nonces {
    private static final int CONNECTIONS = 12;
    private static final int WARM_UP = 2000;

    /**
     * What was seen.
     *
     * @param faults answers that belonged to others, and what else should not have come
     * @param growth of the frontend's heap after collection, in bytes
     * @param directGrowth of the frontend's memory outside the heap, in bytes
     */
    record Result(
            Map<String, Integer> ends,
            List<String> faults,
            long growth,
            long directGrowth,
            Map<String, Long> forwards,
            Duration took) {}

    private Nonces() {}

    static Result run(int requests) throws IOException, InterruptedException {
        FreePorts ports = new FreePorts();
        int[] hazelcast = {ports.take(), ports.take()};
        String members = "127.0.0.1:" + hazelcast[0] + ",127.0.0.1:" + hazelcast[1];
        try (NonceNode frontend = NonceNode.start("n1", ports.take(), hazelcast[0], members);
                NonceNode owner = NonceNode.start("n2", ports.take(), hazelcast[1], members);
                NodeJmx jmx = frontend.awaitCluster(2);
                NodeJmx ownersJmx = owner.awaitCluster(2)) {
            String cookie = session(owner.port());
            new NonceLoad(frontend.port(), cookie, WARM_UP).run(CONNECTIONS);
            awaitNothingLeft(jmx);
            long heap = jmx.heapAfterGc();
            long direct = jmx.directMemory();
            long start = System.nanoTime();
            NonceLoad load = new NonceLoad(frontend.port(), cookie, requests);
            Map<String, Integer> ends = load.run(CONNECTIONS);
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            awaitNothingLeft(jmx);
            if (ownersJmx.affinity().getHopsReceived() < requests / 2) {
                throw new IllegalStateException("most requests did not take the hop");
            }
            return new Result(
                    ends,
                    load.faults(),
                    jmx.heapAfterGc() - heap,
                    jmx.directMemory() - direct,
                    jmx.affinity().getForwards(),
                    took);
        }
    }

    private static String session(int port) throws IOException {
        try (HttpConnection connection = new HttpConnection(port)) {
            connection.write("GET /session/1/x HTTP/1.1\r\nHost: nonce\r\n\r\n");
            return connection.readHead().field("set-cookie").replaceAll(";.*", "");
        }
    }

    /** No forward is under way and no backend connection in use. */
    private static void awaitNothingLeft(NodeJmx jmx) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(3))
                .until(() -> jmx.affinity().getForwardsInFlight() == 0
                        && jmx.affinity().getBackendConnections()
                                == jmx.affinity().getIdleBackendConnections());
    }
}
