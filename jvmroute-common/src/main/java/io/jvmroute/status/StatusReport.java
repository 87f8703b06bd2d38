package io.jvmroute.status;

import io.jvmroute.cluster.ClusterView;
import io.jvmroute.record.HopTimes;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * One node at one moment, as its status shows it.
 *
 * @param now the time, in milliseconds of the epoch by this node's clock
 * @param self the node itself
 * @param view the cluster as it knows it
 * @param load what is under way
 * @param hops what is under way to each other node, by route
 * @param heldDown for how many milliseconds suspects are let alone although they may answer well by now, by route
 * @param counters what has happened since the start
 * @param drain how far it has let go; null while it does not
 */
public record StatusReport(
        long now,
        Self self,
        ClusterView view,
        Load load,
        Map<String, Hops> hops,
        Map<String, Long> heldDown,
        Counters counters,
        @Nullable Drain drain) {

    /**
     * What the node is.
     *
     * @param route its name; empty for a frontend
     * @param mode {@code peer} or {@code frontend}
     * @param incarnation the boot id of this life
     * @param version of the product; empty if unknown
     * @param cluster the name of the cluster
     * @param startedAt when it started, in milliseconds of the epoch
     * @param uptimeMillis for how long it has been running
     * @param degraded why the grid is lost; null while it is not
     */
    public record Self(
            String route,
            String mode,
            String incarnation,
            String version,
            String cluster,
            long startedAt,
            long uptimeMillis,
            @Nullable String degraded) {}

    /**
     * What is under way.
     *
     * @param sessions how many sessions the node serves
     * @param requestsInService how many requests its applications work on
     * @param hops all forwards
     * @param openTunnels upgraded connections that are carried to other nodes
     * @param pinsMoved moved sessions that are known in the whole cluster
     * @param pinBacklog sessions whose pin is still to be written
     */
    public record Load(
            int sessions, int requestsInService, Hops hops, int openTunnels, int pinsMoved, int pinBacklog) {}

    /**
     * Forwards to one node, or to all.
     *
     * @param inFlight how many run
     * @param open connections that exist
     * @param idle those of them that wait for a request
     */
    public record Hops(int inFlight, int open, int idle) {
        /** None. */
        public static final Hops NONE = new Hops(0, 0, 0);
    }

    /**
     * What has happened since the start.
     *
     * @param verdicts requests by the letter of their verdict
     * @param forwards forwards by how they ended
     * @param hopTimes how long they took
     * @param others all other counters by name
     */
    public record Counters(
            SortedMap<String, Long> verdicts,
            SortedMap<String, Long> forwards,
            HopTimes.Snapshot hopTimes,
            Map<Counter, Long> others) {
        /** One of the other counters. */
        public long of(Counter counter) {
            return others.getOrDefault(counter, 0L);
        }
    }

    /** What is counted besides verdicts and forwards. */
    public enum Counter {
        /** Requests that arrived by a verified hop. */
        HOPS_RECEIVED("hopsReceived", "Requests that arrived by a verified hop."),
        /** Hop headers that did not verify. */
        HOPS_FORGED("hopsForged", "Requests rejected for a hop header that does not verify."),
        /** Sessions handed over while draining, or given back. */
        SESSIONS_HANDED_OVER(
                "sessionsHandedOver",
                "Sessions that this node handed over to others, while it drained or by failback."),
        /** Copies dropped. */
        SESSIONS_LOST(
                "sessionsLost",
                "Sessions dropped here since their pin names another node: after a merge, rejoin or pause."),
        /** How often the node was told to drain. */
        DRAINS("drains", "How often this node left the state ready to drain or for maintenance."),
        /** Moved sessions that found no room. */
        PINS_OVERFLOW("pinsOverflow", "Moved sessions that are not mirrored because the table was full."),
        /** Route cookies set. */
        COOKIES_ISSUED("cookiesIssued", "Route cookies that were set, for the first time or again."),
        /** Route cookies that were not authentic. */
        COOKIES_REFUSED("cookiesRefused", "Route cookies that were not authentic."),
        /** Route cookies that came after their time. */
        COOKIES_EXPIRED("cookiesExpired", "Route cookies that came after their time.");

        private final String label;
        private final String help;

        Counter(String label, String help) {
            this.label = label;
            this.help = help;
        }

        /** Its name in JSON. */
        String label() {
            return label;
        }

        /** What it counts. */
        String help() {
            return help;
        }
    }

    /**
     * How far the node has let go of its sessions.
     *
     * @param since when that began, in milliseconds of the epoch
     * @param stopping whether it stops
     * @param deadline when a stop cuts what is left; null where none is under way
     * @param sessionsAtStart how many sessions it had
     * @param handedOver how many went to other nodes since
     */
    public record Drain(
            long since, boolean stopping, @Nullable Long deadline, int sessionsAtStart, long handedOver) {}
}
