package io.jvmroute;

import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.affinity.AffinitySecrets;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.NodeDirectory;
import io.jvmroute.cluster.NodeState;
import io.jvmroute.cluster.Pin;
import io.jvmroute.cluster.PinTable;
import io.jvmroute.http.RequestHead;
import io.jvmroute.policy.Arrival;
import io.jvmroute.policy.Decision;
import io.jvmroute.record.AffinityRecorder;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a request pays that is at home: read its session id, decide. To stay below 1 µs and, with {@code -prof gc}, at 0 bytes. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DecideBenchmark {
    private static final int NODES = 8;
    private static final String ID = "5E3A9C01D2B84F675E3A9C01D2B84F67";

    /** Sessions in the cluster that left their first owner. */
    @Param({"0", "100000"})
    public int movedPins;

    private final RequestHead byCookie = new Head(null, ID + ".n1", "/shop/cart");
    private final RequestHead byPath = new Head(null, null, "/shop/cart;jsessionid=" + ID + ".n1/items");
    private @Nullable AffinityRouter router;

    /** A peer of eight, ready. */
    @Setup(Level.Trial)
    public void start() {
        NodeDirectory directory = new NodeDirectory("n1");
        List<Node> others = new ArrayList<>();
        for (int i = 2; i <= NODES; i++) {
            others.add(node("n" + i));
        }
        directory.update(others);
        directory.self(node("n1"));
        PinTable pins = new PinTable(PinTable.DEFAULT_CAPACITY);
        for (int i = 0; i < movedPins; i++) {
            pins.adopt(AffinityKey.ofSession("moved" + i), new Pin("n2", 2));
        }
        AffinityConfig config = AffinityConfig.builder().route("n1").build();
        LiveLoad load = new LiveLoad(config, node -> 0, new AffinityRecorder(), System::nanoTime);
        router = new AffinityRouter(directory, pins, config, load, () -> AffinitySecrets.NONE);
        if (decide(byCookie) != Decision.ServeLocally.HOME || decide(byPath) != Decision.ServeLocally.HOME) {
            throw new IllegalStateException("not at home");
        }
    }

    private static Node node(String route) {
        return new Node(route, route, URI.create("http://127.0.0.1:8080"), NodeState.READY, 1, 0, 0, "1", true);
    }

    private Decision decide(RequestHead head) {
        return router.decide(router.findSessionId(head), Arrival.CLIENT);
    }

    /** A session that its cookie names. */
    @Benchmark
    public Decision cookie() {
        return decide(byCookie);
    }

    /** A session that a path parameter names: the parameter becomes a String of its own. */
    @Benchmark
    public Decision path() {
        return decide(byPath);
    }

    private record Head(
            @Nullable String requestedSessionId, @Nullable String cookie, String path) implements RequestHead {
        @Override
        public String method() {
            return "GET";
        }

        @Override
        public String target() {
            return path;
        }

        @Override
        public @Nullable String cookie(String name) {
            return cookie;
        }

        @Override
        public @Nullable String header(String name) {
            return null;
        }
    }
}
