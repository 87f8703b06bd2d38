package io.jvmroute.examples.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmroute.examples.run.ClusterPlan.Cast;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class BannerTest {

    @Test
    void text_statusPageAndItsToken() {
        ClusterPlan plan = plan(Cast.MIXED, /* withFrontends= */ true);

        assertThat(text(plan, /* withValve= */ true)).contains("http://127.0.0.1:8091/jvmroute/", plan.statusToken());
    }

    @Test
    void text_filterShowsItBelowItsApplication() {
        assertThat(text(plan(Cast.FILTER, /* withFrontends= */ false), /* withValve= */ true))
                .contains("http://127.0.0.1:8081/shop/jvmroute/");
    }

    @Test
    void text_withoutValveThereIsNone() {
        ClusterPlan plan = plan(Cast.TOMCATS, /* withFrontends= */ false);

        assertThat(text(plan, /* withValve= */ false)).doesNotContain("/jvmroute/", plan.statusToken());
    }

    @Test
    void statusToken_isAnotherOneInEachRun() {
        assertThat(plan(Cast.TOMCATS, /* withFrontends= */ false).statusToken())
                .isNotEqualTo(plan(Cast.TOMCATS, /* withFrontends= */ false).statusToken());
    }

    private static ClusterPlan plan(Cast cast, boolean withFrontends) {
        return ClusterPlan.of(cast, withFrontends, new Ports(port -> true), Path.of("run"));
    }

    private static String text(ClusterPlan plan, boolean withValve) {
        return new Banner(new Cluster(plan, Map.of()), Path.of("run"), withValve).text(/* isInteractive= */ true);
    }
}
