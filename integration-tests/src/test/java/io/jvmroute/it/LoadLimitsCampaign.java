package io.jvmroute.it;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;

/**
 * What the limits are under load: a hundred thousand sessions that fail over at once, ten thousand idle connections, slow streams, floods of header fields, and frontends that run out of
 * descriptors, disk or memory.
 *
 * <p>Arguments: which of {@code failover slow heads idle files disk heap}, default all. Exit status 1 if a limit is broken, 2 if there is none of that name.
 */
final class LoadLimitsCampaign {
    private static final int SESSIONS = 100_000;
    private static final int CLIENTS = 32; // with two requests each
    private static final double MOST_WRITES = 1.01; // by session; a few more come while a member goes
    private static final double MOST_SPREAD = 1.15;
    private static final int SLOWEST_FAILOVER_MILLIS = 2000; // of so many at a time

    private static final int IDLE = 10_000;
    private static final int MOST_IDLE_MB = 100;
    private static final int MOST_IDLE_THREADS = 50;

    private static final int STREAMS = 200;
    private static final int MOST_STREAM_MB = 1;
    private static final int SLOWEST_MILLIS = 1000;

    private static final double MOST_HEAD_MB = 1;
    private static final int MOST_FLOOD_MB = 20;

    private static final int SLOWEST_RECOVERY_MILLIS = 10_000;

    private static final List<String> PARTS = List.of("failover", "slow", "heads", "idle", "files", "disk", "heap");
    private static final List<String> KINDS = List.of("tomcat", "jetty");

    private final Limits limits = new Limits();

    private LoadLimitsCampaign() {}

    public static void main(String[] arguments) throws Exception {
        List<String> parts = arguments.length == 0 ? PARTS : List.of(arguments);
        if (!PARTS.containsAll(parts)) {
            System.err.println(
                    "limits: " + String.join(" ", parts) + " (expected: some of " + String.join(" ", PARTS) + ")");
            System.exit(2);
        }
        LoadLimitsCampaign campaign = new LoadLimitsCampaign();
        if (parts.contains("failover")) {
            campaign.failover();
        }
        if (!parts.equals(List.of("failover"))) {
            try (TomcatNode backend = LoadedFrontend.backend().start()) {
                for (String kind : KINDS) {
                    campaign.load(parts, kind, backend.uri("/"));
                    campaign.scarcity(parts, kind, backend.uri("/"));
                }
            }
        }
        if (campaign.limits.isBroken()) {
            System.exit(1);
        }
    }

    private void failover() throws IOException {
        MassFailover.Result result = MassFailover.behindFrontends(SESSIONS, CLIENTS);
        System.out.println(result);
        result.faults().stream().limit(5).forEach(System.out::println);
        limits.atMost("requests that failed", result.faults().size(), 0);
        limits.atMost("sessions that frontends did not agree on", result.disagreed(), 0);
        limits.atMost("sessions that moved twice", result.flapped(), 0);
        limits.atMost("grid writes by session", (double) result.writes() / result.sessions(), MOST_WRITES);
        limits.atMost("the same when asked again", (double) result.writesAgain() / result.sessions(), MOST_WRITES - 1);
        limits.atMost("sessions of a node, max/mean", result.spread(), MOST_SPREAD);
        limits.atMost("slowest request, ms", result.slowest(), SLOWEST_FAILOVER_MILLIS);
    }

    private void load(List<String> parts, String kind, URI backend) throws IOException {
        if (!parts.contains("idle") && !parts.contains("slow") && !parts.contains("heads")) {
            return;
        }
        try (LoadedFrontend frontend = LoadedFrontend.start(kind, backend, LoadedFrontend.Setup.usual("limits"))) {
            if (parts.contains("slow")) {
                slow(frontend);
            }
            if (parts.contains("heads")) {
                heads(frontend);
            }
            if (parts.contains("idle")) { // last: what they leave behind goes slowly
                idle(frontend);
            }
        }
    }

    private void idle(LoadedFrontend frontend) throws IOException {
        IdleConnections.Result result = IdleConnections.open(frontend, IDLE);
        System.out.println(frontend.kind() + ": " + result);
        limits.atMost("heap, MB", result.growth() / 1e6, MOST_IDLE_MB);
        limits.atMost("threads", result.threads(), MOST_IDLE_THREADS);
        limits.atLeast("still answering, of 100", result.answered(), 100);
    }

    private void slow(LoadedFrontend frontend) throws IOException {
        SlowStreams.Result result = SlowStreams.run(frontend, STREAMS);
        System.out.println(frontend.kind() + ": " + result);
        limits.atLeast("streams intact", result.intact(), STREAMS);
        limits.atLeast("forwards under way", result.underWay(), STREAMS);
        limits.atMost("heap of a stream, MB", result.growth() / 1e6 / STREAMS, MOST_STREAM_MB);
        limits.atMost("slowest other request, ms", result.slowest(), SLOWEST_MILLIS);
    }

    private void heads(LoadedFrontend frontend) throws IOException {
        long forwards = frontend.forwards();
        long heap = frontend.jmx().heapAfterGc();
        for (HeadFloods.Result result : HeadFloods.run(frontend)) {
            System.out.println(frontend.kind() + ": " + result);
            Map<String, Integer> ends = result.ends();
            int ended = ends.keySet().stream()
                    .filter(List.of("400", "414", "431", "closed", "GOAWAY")::contains)
                    .mapToInt(ends::get)
                    .sum();
            limits.atLeast(
                    "connections ended",
                    ended,
                    ends.values().stream().mapToInt(count -> count).sum());
            limits.atMost("MB taken", result.bytes() / 1e6, MOST_HEAD_MB);
        }
        limits.atMost("forwards", (double) frontend.forwards() - forwards, 0);
        limits.atMost("heap, MB", (frontend.jmx().heapAfterGc() - heap) / 1e6, MOST_FLOOD_MB);
    }

    private void scarcity(List<String> parts, String kind, URI backend) throws IOException {
        if (parts.contains("files")) {
            files(kind, backend);
        }
        if (parts.contains("disk")) {
            ScarceResources.Load load = ScarceResources.fullDisk(kind, backend);
            System.out.println(
                    kind + ", disk full: " + (load == null ? "not tried, a file system can't be mounted" : load));
            if (load != null) {
                limits.atMost("requests that failed", load.faults().size(), 0);
            }
        }
        if (parts.contains("heap")) {
            ScarceResources.Load load = ScarceResources.smallHeap(kind, backend);
            System.out.println(kind + ", 64 MB of heap, 64 connections: " + load);
            limits.atMost("requests that failed", load.faults().size(), 0);
            limits.atMost("OutOfMemoryError in the log", load.log().contains("OutOfMemoryError") ? 1 : 0, 0);
        }
    }

    private void files(String kind, URI backend) throws IOException {
        ScarceResources.Descriptors result = ScarceResources.descriptors(kind, backend);
        System.out.println(kind + ": " + result);
        int others = result.ends().entrySet().stream()
                .filter(end ->
                        !List.of("200", "503", "refused or closed", "silent").contains(end.getKey()))
                .mapToInt(Map.Entry::getValue)
                .sum();
        limits.atMost("other answers than 200 and 503", others, 0);
        limits.atLeast("503", result.ends().getOrDefault("503", 0), 1);
        limits.atLeast("said in the log", result.logged() ? 1 : 0, 1);
        limits.atMost("backend held to blame", result.suspect() ? 1 : 0, 0);
        limits.atMost("well again, ms", (double) result.recovered().toMillis(), SLOWEST_RECOVERY_MILLIS);
    }
}
