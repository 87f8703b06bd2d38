package io.jvmroute.it;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** All sessions of one node fail over at once: begun at it by real requests, asked for through two other servers at the same moment once it is killed. */
final class MassFailover {
    private static final String VICTIM = "n1";
    /** As many sessions at most are asked for once more. */
    private static final int AGAIN = 10_000;

    /**
     * What was seen.
     *
     * @param sessions how many the node had
     * @param beginning how long it took to begin them
     * @param writesBefore to the map of pins meanwhile
     * @param faults answers of another status than 200, and those that did not come
     * @param disagreed sessions that the two servers did not bring to one living node
     * @param flapped sessions that the next request found elsewhere
     * @param writes to the map of pins, from the kill until all was at rest again
     * @param writesAgain the same when some were asked for once more
     * @param withData answers of nodes that had the session's data
     * @param owners how many sessions each node has now
     * @param median request, in ms
     * @param slowest request, in ms
     * @param took until all were answered
     */
    record Result(
            int sessions,
            Duration beginning,
            long writesBefore,
            List<String> faults,
            int disagreed,
            int flapped,
            long writes,
            long writesAgain,
            int withData,
            Map<String, Integer> owners,
            double median,
            double slowest,
            Duration took) {
        /** The most sessions that a node got, by the mean. */
        double spread() {
            int most = owners.values().stream().mapToInt(count -> count).max().orElse(0);
            return (double) most * owners.size() / sessions;
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%d sessions begun in %.1f s with %d grid writes; their node killed: %d requests in %.1f s, median %.1f ms, slowest %.0f ms, %d found data; "
                            + "%d grid writes, %d when asked again; %d faults, %d disagreed, %d flapped; %s, max/mean %.3f",
                    sessions,
                    beginning.toMillis() / 1e3,
                    writesBefore,
                    2 * sessions,
                    took.toMillis() / 1e3,
                    median,
                    slowest,
                    withData,
                    writes,
                    writesAgain,
                    faults.size(),
                    disagreed,
                    flapped,
                    owners,
                    spread());
        }
    }

    private MassFailover() {}

    /** Four nodes behind a Tomcat and a Jetty without applications; the data of sessions die with their node. */
    static Result behindFrontends(int sessions, int clients) throws IOException {
        try (PinCountingNodes nodes = PinCountingNodes.start(4, /* copies= */ false)) {
            return measure(nodes.withFrontends(), sessions, clients);
        }
    }

    /** Three nodes that copy all sessions to each other; the two that are left get the requests themselves. */
    static Result amongPeers(int sessions, int clients) throws IOException {
        try (PinCountingNodes nodes = PinCountingNodes.start(3, /* copies= */ true)) {
            return measure(nodes, sessions, clients);
        }
    }

    private static Result measure(PinCountingNodes nodes, int sessions, int clients) throws IOException {
        nodes.awaitCluster();
        long writesAtFirst = nodes.awaitRest();
        long start = System.nanoTime();
        List<String> ids = begin(nodes.tally(VICTIM), sessions, clients);
        Duration beginning = Duration.ofNanos(System.nanoTime() - start);
        long writesBefore = nodes.awaitRest() - writesAtFirst;
        List<URI> entries = nodes.entriesBut(VICTIM);
        nodes.kill(VICTIM);
        long writesAtKill = nodes.writes();
        start = System.nanoTime();
        FailoverRound failover = new FailoverRound(entries, ids).run(clients);
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        long writes = nodes.awaitRest() - writesAtKill;
        FailoverRound again = new FailoverRound(entries, ids.subList(0, Math.min(sessions, AGAIN))).run(clients);
        List<String> faults = new ArrayList<>(failover.faults());
        faults.addAll(again.faults());
        return new Result(
                sessions,
                beginning,
                writesBefore,
                faults,
                failover.disagreed(VICTIM),
                failover.moved(again),
                writes,
                nodes.awaitRest() - writesAtKill - writes,
                failover.withData(),
                failover.owners(),
                failover.percentile(50),
                failover.percentile(100),
                took);
    }

    private static List<String> begin(URI tally, int sessions, int clients) {
        String[] ids = new String[sessions];
        TallyConnection.inParallel(clients, sessions, List.of(tally), (connections, number) -> {
            connections.get(0).send("begin", "");
            ids[number] = connections.get(0).read().cookie();
        });
        return List.of(ids);
    }
}
