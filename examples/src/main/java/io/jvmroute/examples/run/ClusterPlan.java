package io.jvmroute.examples.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Which Tomcats there will be. */
record ClusterPlan(List<NodePlan> nodes, List<NodePlan> frontends) {

    private static final int NODES = 3;
    private static final int FRONTENDS = 2;

    ClusterPlan {
        nodes = List.copyOf(nodes);
        frontends = List.copyOf(frontends);
    }

    static ClusterPlan of(boolean withFrontends, Ports ports, Path folder) {
        List<NodePlan> nodes = new ArrayList<>();
        for (int i = 1; i <= NODES; i++) {
            String name = "n" + i;
            nodes.add(new NodePlan(
                    name,
                    false,
                    ports.take(8080 + i),
                    ports.take(5700 + i),
                    ports.take(4000 + i),
                    folder.resolve(name)));
        }
        List<NodePlan> frontends = new ArrayList<>();
        for (int i = 1; withFrontends && i <= FRONTENDS; i++) {
            String name = "fe" + i;
            frontends.add(new NodePlan(
                    name, true, ports.take(8090 + i), ports.take(5700 + NODES + i), 0, folder.resolve(name)));
        }
        return new ClusterPlan(nodes, frontends);
    }

    List<NodePlan> all() {
        List<NodePlan> all = new ArrayList<>(nodes);
        all.addAll(frontends);
        return all;
    }

    /** Where clients go: the frontends, or the nodes where there are none. */
    List<NodePlan> entries() {
        return frontends.isEmpty() ? nodes : frontends;
    }
}
