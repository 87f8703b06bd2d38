package io.jvmroute.status;

import io.jvmroute.cluster.ClusterView;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.NodeState;
import io.jvmroute.status.StatusReport.Counter;
import java.util.Objects;

/** Finds what has happened between two looks at a node, and puts it on the timeline. */
final class Changes {
    private final Timeline timeline;
    private final StatusReport before;
    private final StatusReport after;

    private Changes(Timeline timeline, StatusReport before, StatusReport after) {
        this.timeline = timeline;
        this.before = before;
        this.after = after;
    }

    static void note(Timeline timeline, StatusReport before, StatusReport after) {
        Changes changes = new Changes(timeline, before, after);
        changes.noteSelf();
        changes.noteNodes();
        changes.noteCounts();
    }

    private void noteSelf() {
        String route = after.self().route();
        NodeState state = after.view().selfState();
        if (state != before.view().selfState()) {
            timeline.add(after.now(), "state", route, state.name());
        }
        String degraded = after.self().degraded();
        if (!Objects.equals(degraded, before.self().degraded())) {
            timeline.add(
                    after.now(),
                    degraded == null ? "joined-grid" : "degraded",
                    route,
                    degraded == null ? after.self().cluster() : degraded);
        }
    }

    private void noteNodes() {
        ClusterView now = after.view();
        for (Node node : now.nodes()) {
            Node known = before.view().find(node.route());
            if (now.isSelf(node)) {
                continue;
            }
            if (known == null) {
                timeline.add(after.now(), "joined", node.route(), node.state() + " at " + node.url());
            } else if (!known.isSameLife(node)) {
                timeline.add(after.now(), "restarted", node.route(), node.state() + " at " + node.url());
            } else {
                noteChange(known, node);
            }
        }
        for (Node known : before.view().nodes()) {
            if (now.find(known.route()) == null) {
                timeline.add(after.now(), "left", known.route(), known.url().toString());
            }
        }
    }

    private void noteChange(Node known, Node node) {
        if (known.state() != node.state()) {
            timeline.add(after.now(), "state", node.route(), node.state().name());
        }
        if (known.member() != node.member()) {
            String text = node.member() ? "the grid sees it again" : "the grid lost sight of it";
            timeline.add(after.now(), node.member() ? "seen" : "unseen", node.route(), text);
        }
        boolean suspect = after.view().isSuspect(node.route());
        if (suspect != before.view().isSuspect(node.route())) {
            long held = after.heldDown().getOrDefault(node.route(), 0L);
            String text = !suspect
                    ? "can be reached again"
                    : held > 0
                            ? "can't be reached, again: held down " + (held + 999) / 1000 + " s"
                            : "can't be reached";
            timeline.add(after.now(), suspect ? "suspect" : "recovered", node.route(), text);
        }
    }

    private void noteCounts() {
        String route = after.self().route();
        timeline.count(after.now(), "repinned", "", verdicts("R"));
        timeline.count(after.now(), "rejected", "", verdicts("X"));
        timeline.count(after.now(), "forged", route, since(Counter.HOPS_FORGED));
        timeline.count(after.now(), "lost", route, since(Counter.SESSIONS_LOST));
        timeline.count(after.now(), "handed-over", route, since(Counter.SESSIONS_HANDED_OVER));
    }

    private long verdicts(String letter) {
        return after.counters().verdicts().getOrDefault(letter, 0L)
                - before.counters().verdicts().getOrDefault(letter, 0L);
    }

    private long since(Counter counter) {
        return after.counters().of(counter) - before.counters().of(counter);
    }
}
