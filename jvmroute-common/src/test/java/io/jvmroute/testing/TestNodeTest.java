package io.jvmroute.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

class TestNodeTest {
    /** Three run side by side. With one range for all they took each other's ports between a look and its use. */
    @Test
    @EnabledIfSystemProperty(
            named = "surefire.test.class.path",
            matches = ".+",
            disabledReason = "a single JVM needs no number")
    void freePorts_inAFork_areOfItsOwnRange() {
        int fork = Integer.getInteger("jvmroute.test.fork", 0);
        assertThat(fork).as("number of this fork").isBetween(1, 3);
        List<Integer> ports = TestNode.freePorts(5);
        int first = 8_000 + fork % 3 * 4_000;
        assertThat(ports).hasSize(5).doesNotHaveDuplicates().allMatch(port -> port >= first && port < first + 4_000);
    }
}
