package io.jvmroute;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.TestNodes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class SlowStartTest {
    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5_000_000_000L); // it overflows soon
    private final SlowStart slowStart = new SlowStart(Duration.ofSeconds(30), clock::get);
    private final Node node = TestNodes.node("n1");

    private void pass(Duration time) {
        clock.addAndGet(time.toNanos());
    }

    @Test
    void warmth_growsEvenly() {
        slowStart.observe(List.of(node));
        assertThat(slowStart.warmth(node)).isEqualTo(10);
        pass(Duration.ofSeconds(3));
        assertThat(slowStart.warmth(node)).isEqualTo(10);
        pass(Duration.ofSeconds(12));
        assertThat(slowStart.warmth(node)).isEqualTo(50);
        pass(Duration.ofSeconds(15));
        assertThat(slowStart.warmth(node)).isEqualTo(100);
        pass(Duration.ofDays(1));
        assertThat(slowStart.warmth(node)).isEqualTo(100);
    }

    @Test
    void warmth_beginsWhenFirstSeen_notWhenFirstAsked() {
        slowStart.observe(List.of(node));
        pass(Duration.ofSeconds(30));
        assertThat(slowStart.warmth(node)).isEqualTo(100);
        assertThat(slowStart.warmth(TestNodes.node("n2"))).isEqualTo(10);
    }

    @Test
    void warmth_otherLifeAndReturn_beginAnew() {
        slowStart.observe(List.of(node));
        pass(Duration.ofSeconds(30));
        assertThat(slowStart.warmth(TestNodes.reborn("n1"))).isEqualTo(10);
        pass(Duration.ofSeconds(30));
        slowStart.observe(List.of()); // drained, or suspect
        slowStart.observe(List.of(TestNodes.reborn("n1")));
        assertThat(slowStart.warmth(TestNodes.reborn("n1"))).isEqualTo(10);
    }

    @Test
    void warmth_zero_isOff() {
        assertThat(new SlowStart(Duration.ZERO, clock::get).warmth(node)).isEqualTo(100);
    }
}
