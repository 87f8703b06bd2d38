package io.jvmroute.examples.run;

import static io.jvmroute.examples.run.NodePlan.Kind.JETTY;
import static io.jvmroute.examples.run.NodePlan.Kind.TOMCAT;

import io.jvmroute.examples.run.NodePlan.Kind;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Which servers there will be.
 *
 * @param statusToken what the buttons of their status pages ask for, another one in each run
 */
record ClusterPlan(Cast cast, List<NodePlan> nodes, List<NodePlan> frontends, String statusToken) {

    private static final int TOKEN_BYTES = 12;

    /** Who runs the nodes and the frontends. */
    enum Cast {
        TOMCATS,
        JETTYS,
        MIXED,
        /** Tomcats without the valve, behind frontends that have a list of them. */
        STATIC,
        /** Tomcats without the valve, whose application brings the filter. */
        FILTER;

        /** Three, in their order. */
        List<Kind> nodes() {
            return switch (this) {
                case TOMCATS, STATIC, FILTER -> List.of(TOMCAT, TOMCAT, TOMCAT);
                case JETTYS -> List.of(JETTY, JETTY, JETTY);
                case MIXED -> List.of(TOMCAT, JETTY, JETTY);
            };
        }

        /** Two, in their order. */
        List<Kind> frontends() {
            return nodes().subList(0, 2);
        }
    }

    ClusterPlan {
        nodes = List.copyOf(nodes);
        frontends = List.copyOf(frontends);
    }

    static ClusterPlan of(Cast cast, boolean withFrontends, Ports ports, Path folder) {
        List<NodePlan> nodes = new ArrayList<>();
        for (int i = 1; i <= cast.nodes().size(); i++) {
            String name = "n" + i;
            nodes.add(new NodePlan(
                    name,
                    cast.nodes().get(i - 1),
                    false,
                    ports.take(8080 + i),
                    ports.take(5700 + i),
                    ports.take(4000 + i),
                    folder.resolve(name)));
        }
        List<NodePlan> frontends = new ArrayList<>();
        for (int i = 1; withFrontends && i <= cast.frontends().size(); i++) {
            String name = "fe" + i;
            frontends.add(new NodePlan(
                    name,
                    cast.frontends().get(i - 1),
                    true,
                    ports.take(8090 + i),
                    ports.take(5700 + nodes.size() + i),
                    0,
                    folder.resolve(name)));
        }
        return new ClusterPlan(cast, nodes, frontends, newToken());
    }

    private static String newToken() {
        byte[] token = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(token);
        return HexFormat.of().formatHex(token);
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

    /** Where one of those with the valve, the handler or the filter shows its status. A filter sees the paths of its application alone. */
    URI status(NodePlan node) {
        boolean isFiltered = cast == Cast.FILTER && !node.isFrontend();
        return node.shop().resolve(isFiltered ? "jvmroute/" : "/jvmroute/");
    }

    /** Those with the valve, the handler or the filter. */
    List<NodePlan> routing() {
        return cast == Cast.STATIC ? frontends : all();
    }

    /** Whether any of them is such a one. */
    boolean has(Kind kind) {
        return all().stream().anyMatch(node -> node.kind() == kind);
    }

    /** Those that hold copies of this node's sessions: the others of its kind. */
    List<NodePlan> partners(NodePlan node) {
        return NodePlan.without(NodePlan.of(node.kind(), nodes), node);
    }
}
