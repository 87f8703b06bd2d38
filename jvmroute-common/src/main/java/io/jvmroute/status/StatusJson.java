package io.jvmroute.status;

import io.jvmroute.cluster.ClusterView;
import io.jvmroute.cluster.Node;
import io.jvmroute.status.StatusReport.Counter;
import io.jvmroute.status.StatusReport.Hops;
import io.jvmroute.status.StatusReport.Load;
import java.util.Map;

/** {@code status.json}: one report, and what is kept of earlier ones. */
final class StatusJson {
    /** Grows when a member changes its meaning; new members may come without. */
    private static final int FORMAT = 1;

    private final StatusReport report;
    private final StatusRecord kept;
    private final StatusOptions options;
    private final Json json = new Json();

    private StatusJson(StatusReport report, StatusRecord kept, StatusOptions options) {
        this.report = report;
        this.kept = kept;
        this.options = options;
    }

    /**
     * The text.
     *
     * @param samples of the history at most
     * @param after the id of an event; only later ones are shown
     */
    static String write(StatusReport report, StatusRecord kept, StatusOptions options, int samples, long after) {
        return new StatusJson(report, kept, options).write(samples, after);
    }

    private String write(int samples, long after) {
        json.object().member("format", FORMAT).member("now", report.now());
        writeSelf();
        writeNodes();
        writeLoad();
        writeCounters();
        writeDrain();
        json.name("history");
        kept.history().write(json, samples, report.counters().verdicts().keySet());
        writeEvents(after);
        return json.end().toString();
    }

    private void writeSelf() {
        StatusReport.Self self = report.self();
        Node own = report.view().find(self.route());
        json.name("node")
                .object()
                .member("route", self.route())
                .member("mode", self.mode())
                .member("state", report.view().selfState().name())
                .member("url", own == null ? null : own.url().toString())
                .member("incarnation", self.incarnation())
                .member("version", self.version())
                .member("cluster", self.cluster())
                .member("startedAt", self.startedAt())
                .member("uptimeMillis", self.uptimeMillis())
                .member("degraded", self.degraded())
                .member("minority", report.view().isMinority())
                .member("control", options.token() != null)
                .end();
    }

    private void writeNodes() {
        json.name("nodes").array();
        for (Node node : report.view().nodes()) {
            write(node);
        }
        json.end();
    }

    private void write(Node node) {
        ClusterView view = report.view();
        boolean self = view.isSelf(node);
        Load load = report.load();
        json.object()
                .member("route", node.route())
                .member("state", node.state().name())
                .member("url", node.url().toString())
                .member("statusUrl", node.isStatic() ? null : node.url() + options.path() + "/")
                .member("self", self)
                .member("static", node.isStatic())
                .member("weight", node.weight())
                .member("sessions", self ? load.sessions() : node.sessions())
                .member("inFlight", self ? load.requestsInService() : node.inFlight())
                .member("member", node.member())
                .member("suspect", view.isSuspect(node.route()))
                .member("heldDownMillis", report.heldDown().getOrDefault(node.route(), 0L))
                .memberOrNull("seenAt", kept.seenAt(node.route()))
                .member("version", node.version())
                .member("incarnation", node.incarnation());
        Hops hops = report.hops().getOrDefault(node.route(), Hops.NONE);
        json.member("forwardsInFlight", hops.inFlight());
        writeConnections(hops);
        json.end();
    }

    private void writeConnections(Hops hops) {
        json.name("connections")
                .object()
                .member("open", hops.open())
                .member("idle", hops.idle())
                .end();
    }

    private void writeLoad() {
        Load load = report.load();
        json.name("load")
                .object()
                .member("sessions", load.sessions())
                .member("requestsInService", load.requestsInService())
                .member("forwardsInFlight", load.hops().inFlight())
                .member("openTunnels", load.openTunnels());
        writeConnections(load.hops());
        json.member("pinsMoved", load.pinsMoved())
                .member("pinBacklog", load.pinBacklog())
                .end();
    }

    private void writeCounters() {
        json.name("counters").object();
        write("verdicts", report.counters().verdicts());
        write("forwards", report.counters().forwards());
        for (Counter counter : Counter.values()) {
            json.member(counter.label(), report.counters().of(counter));
        }
        json.end();
    }

    private void write(String name, Map<String, Long> counts) {
        json.name(name).object();
        counts.forEach(json::member);
        json.end();
    }

    private void writeDrain() {
        StatusReport.Drain drain = report.drain();
        json.name("drain");
        if (drain == null) {
            json.value((String) null);
            return;
        }
        json.object()
                .member("state", report.view().selfState().name())
                .member("since", drain.since())
                .member("stopping", drain.stopping())
                .memberOrNull("deadline", drain.deadline())
                .member("sessionsAtStart", drain.sessionsAtStart())
                .member("sessionsLeft", report.load().sessions())
                .member("handedOver", drain.handedOver())
                .member(
                        "requestsInFlight",
                        report.load().requestsInService() + report.load().hops().inFlight())
                .end();
    }

    private void writeEvents(long after) {
        json.name("events").array();
        for (Timeline.Event event : kept.timeline().after(after)) {
            json.object()
                    .member("id", event.id())
                    .member("at", event.at())
                    .member("kind", event.kind())
                    .member("route", event.route())
                    .member("text", event.text());
            if (event.count() > 0) {
                json.member("count", event.count());
            }
            json.end();
        }
        json.end();
    }
}
