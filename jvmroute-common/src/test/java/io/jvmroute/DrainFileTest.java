package io.jvmroute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.cluster.NodeState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DrainFileTest {
    @TempDir
    Path folder;

    private NodeState state = NodeState.READY;
    private DrainFile signal;

    private Path file() {
        return folder.resolve("drain");
    }

    private void look() {
        if (signal == null) {
            signal =
                    new DrainFile(file(), () -> state, () -> state = NodeState.DRAINING, () -> state = NodeState.READY);
        }
        signal.look();
    }

    @AfterEach
    void close() {
        signal.close();
    }

    @Test
    void file_comesAndGoes() throws IOException {
        look();
        assertThat(state).isEqualTo(NodeState.READY);
        for (int i = 0; i < 2; i++) {
            Files.createFile(file());
            look();
            look();
            assertThat(state).isEqualTo(NodeState.DRAINING);
            Files.delete(file());
            look();
            look();
            assertThat(state).isEqualTo(NodeState.READY);
        }
    }

    @Test
    void file_lookedForOnceWithoutMemory_isObeyedThen() throws IOException {
        AtomicBoolean failed = new AtomicBoolean();
        AtomicBoolean drains = new AtomicBoolean();
        signal = new DrainFile(
                file(),
                () -> {
                    if (failed.compareAndSet(false, true)) {
                        throw new OutOfMemoryError("for a moment");
                    }
                    return state;
                },
                () -> drains.set(true),
                () -> {});
        Files.createFile(file());
        signal.start();
        await().until(drains::get);
    }

    @Test
    void file_isThereBeforeTheNodeIsReady() throws IOException {
        Files.createFile(file());
        state = NodeState.STARTING;
        look();
        assertThat(state).isEqualTo(NodeState.STARTING);
        state = NodeState.READY;
        look();
        assertThat(state).isEqualTo(NodeState.DRAINING);
    }

    @Test
    void controlCall_inBetween_holds() throws IOException {
        Files.createFile(file());
        look();
        state = NodeState.READY;
        look();
        assertThat(state).isEqualTo(NodeState.READY);
        state = NodeState.MAINTENANCE;
        Files.delete(file());
        look();
        assertThat(state).isEqualTo(NodeState.MAINTENANCE);
        Files.createFile(file());
        look();
        assertThat(state).isEqualTo(NodeState.MAINTENANCE);
    }

    @Test
    void node_thatStops_isLeftAlone() throws IOException {
        signal = new DrainFile(file(), () -> state, () -> state = NodeState.DRAINING, () -> {
            throw new IllegalStateException("the node stops");
        });
        Files.createFile(file());
        look();
        Files.delete(file());
        look();
        assertThat(state).isEqualTo(NodeState.DRAINING);
    }
}
