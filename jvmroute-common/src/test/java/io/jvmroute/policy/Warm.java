package io.jvmroute.policy;

import io.jvmroute.cluster.Node;
import java.util.function.ToIntFunction;

/** Nodes that are warm; {@code load} is both their requests and their sessions. */
record Warm(ToIntFunction<Node> load) implements NodeLoad {
    @Override
    public int requests(Node node) {
        return load.applyAsInt(node);
    }

    @Override
    public int sessions(Node node) {
        return load.applyAsInt(node);
    }

    @Override
    public int warmth(Node node) {
        return 100;
    }
}
