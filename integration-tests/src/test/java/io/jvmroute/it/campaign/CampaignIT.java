package io.jvmroute.it.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jvmroute.it.JettyRuntime;
import io.jvmroute.it.TomcatRuntime;
import io.jvmroute.it.campaign.history.Checker;
import io.jvmroute.it.campaign.history.Fault;
import io.jvmroute.it.campaign.history.FaultKind;
import io.jvmroute.it.campaign.history.History;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The smallest part of the fault {@link Campaign}: a few users, and a kill, a freeze and a split of the network, each once. What failovers took is printed, not
 * judged: other tests run meanwhile.
 *
 * <p>Without network namespaces on loopback, and without the split. {@code -Djvmroute.it.loopback=true} asks for that.
 */
final class CampaignIT {
    private static final long SEED = 7;
    private static final int USERS = 10;
    private static final long CALM_MILLIS = 1_000;
    private static final List<FaultKind> ANYWHERE = List.of(FaultKind.KILL, FaultKind.FREEZE);
    private static final History.Allowance UNTIMED = new History.Allowance(/* patience= */ 3, /* timed= */ false);

    private static @Nullable String missing;
    private static Report report;

    @BeforeAll
    static void play() throws Exception {
        missing = Boolean.getBoolean("jvmroute.it.loopback") ? "asked for loopback" : Namespaces.missing();
        Network network =
                missing == null ? Namespaces.create(CampaignCluster.HOSTS) : Loopback.create(CampaignCluster.HOSTS);
        List<Schedule.Step> steps = new ArrayList<>(List.of(
                new Schedule.Step(FaultKind.KILL, "n1", "f1", /* holdMillis= */ 1_000, CALM_MILLIS),
                new Schedule.Step(FaultKind.FREEZE, "n2", "f1", /* holdMillis= */ 11_000, /* calmMillis= */ 0)));
        if (missing == null) {
            steps.add(1, new Schedule.Step(FaultKind.PARTITION, "n3", "f1", /* holdMillis= */ 10_000, CALM_MILLIS));
        }
        Path notes = Path.of(TomcatRuntime.property("jvmroute.it.work")).resolve("campaign-notes");
        Distribution distribution = new Distribution(TomcatRuntime.jar(), JettyRuntime.moduleArchive(), notes);
        Figures.limitWaits();
        try (CampaignCluster cluster = CampaignCluster.start(CampaignCluster.Kind.TOMCAT, distribution, network)) {
            CampaignRun run = new CampaignRun(cluster, UNTIMED, line -> {});
            run.begin(USERS, SEED);
            for (Schedule.Step step : steps) {
                run.play(step);
            }
            History history = run.end();
            report = new Report("tomcat", SEED, history, Checker.check(history));
        }
        System.out.println(report.summary());
    }

    @Test
    void play_aNodeKilledAndOneFrozen_keepsEveryPromise() {
        assertThat(played()).containsAll(ANYWHERE);
        assertThat(report.requests()).isGreaterThan(100);
        assertThat(report.moves()).isNotEmpty();
        assertThat(report.findings()).isEmpty();
    }

    @Test
    void play_theNetworkSplit_keepsEveryPromise() {
        assumeTrue(missing == null, "the network is not split here: " + missing);

        assertThat(played()).contains(FaultKind.PARTITION);
        assertThat(report.findings()).isEmpty();
    }

    private static Set<FaultKind> played() {
        return report.history().faults().stream().map(Fault::kind).collect(Collectors.toSet());
    }
}
