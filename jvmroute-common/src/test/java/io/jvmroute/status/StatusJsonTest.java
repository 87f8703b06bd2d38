package io.jvmroute.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.internal.json.Json;
import com.hazelcast.internal.json.JsonObject;
import io.jvmroute.cluster.NodeState;
import org.junit.jupiter.api.Test;

final class StatusJsonTest {
    private static final String MARKUP = "</script><img src=x onerror=alert(1)>\"'&";

    private final StatusRecord kept = new StatusRecord();

    private JsonObject write(StatusReport report, int samples, long after, String path) {
        String text =
                StatusJson.write(report, kept, new StatusOptions(path, null, java.util.List.of()), samples, after);
        assertThat(text).doesNotContain("<", ">", "&", "'");
        return Json.parse(text).asObject();
    }

    @Test
    void reasonsAndPaths_withMarkup_areEscaped() {
        Reports reports = new Reports();
        kept.add(reports.next());
        StatusReport degraded = reports.degraded(MARKUP).next();
        kept.add(degraded);
        JsonObject status = write(degraded, 10, 0, "/a<b>&'");
        assertThat(status.get("node").asObject().get("degraded").asString()).isEqualTo(MARKUP);
        assertThat(status.get("events").asArray().get(0).asObject().get("text").asString())
                .isEqualTo(MARKUP);
        assertThat(status.get("nodes")
                        .asArray()
                        .get(0)
                        .asObject()
                        .get("statusUrl")
                        .asString())
                .endsWith("/a<b>&'/");
    }

    @Test
    void history_holdsDifferencesAndStaysBounded() {
        Reports reports = new Reports();
        for (int i = 0; i < History.CAPACITY + 50; i++) {
            kept.add(reports.requests(7).next());
        }
        JsonObject history = write(reports.next(), 1000, 0, "/s").get("history").asObject();
        assertThat(history.get("at").asArray()).hasSize(History.CAPACITY);
        assertThat(history.get("verdicts").asObject().get("H").asArray().get(5).asLong())
                .isEqualTo(7);
        assertThat(write(reports.next(), 3, 0, "/s")
                        .get("history")
                        .asObject()
                        .get("at")
                        .asArray())
                .hasSize(3);
    }

    @Test
    void events_tellWhatHappenedToNodes_andStayBounded() {
        Reports reports = new Reports();
        kept.add(reports.next());
        kept.add(
                reports.node("n2", "life1", NodeState.READY, /* member= */ true).next());
        kept.add(reports.node("n2", "life1", NodeState.DRAINING, /* member= */ true)
                .next());
        kept.add(
                reports.node("n2", "life2", NodeState.READY, /* member= */ true).next());
        kept.add(reports.node("n2", "life2", NodeState.READY, /* member= */ false)
                .suspect("n2")
                .next());
        kept.add(reports.without("n2").next());
        assertThat(kept.timeline().after(0))
                .extracting(Timeline.Event::kind)
                .containsExactly("joined", "state", "restarted", "unseen", "suspect", "left");
        assertThat(kept.timeline().after(4)).hasSize(2);
        for (int i = 0; i < Timeline.CAPACITY; i++) {
            kept.add(reports.repins(3).next());
        }
        assertThat(kept.timeline().after(0)).hasSize(Timeline.CAPACITY).allMatch(event -> event.count() == 3);
    }

    @Test
    void suspect_heldDown_tellsForHowLong() {
        Reports reports = new Reports().node("n2", "life", NodeState.READY, /* member= */ true);
        kept.add(reports.next());
        StatusReport report = reports.heldDown("n2", 7_500).next();
        kept.add(report);
        JsonObject status = write(report, 1, 0, "/s");
        assertThat(status.get("nodes").asArray())
                .extracting(node -> node.asObject().get("heldDownMillis").asLong())
                .containsExactly(0L, 7_500L);
        assertThat(status.get("events").asArray().get(0).asObject().get("text").asString())
                .isEqualTo("can't be reached, again: held down 8 s");
    }
}
