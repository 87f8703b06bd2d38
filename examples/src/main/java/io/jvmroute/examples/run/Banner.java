package io.jvmroute.examples.run;

import io.jvmroute.examples.run.NodePlan.Kind;
import java.nio.file.Path;

/** Says what runs and what to try with it. */
final class Banner {

    private final Cluster cluster;
    private final Path folder;
    private final boolean withValve;

    Banner(Cluster cluster, Path folder, boolean withValve) {
        this.cluster = cluster;
        this.folder = folder;
        this.withValve = withValve;
    }

    String text(boolean isInteractive) {
        StringBuilder out = new StringBuilder("\n");
        out.append(status()).append('\n');
        NodePlan first = cluster.plan().entries().get(0);
        NodePlan second = cluster.plan().entries().get(1);
        out.append("Try this:\n");
        out.append("  1. Open ").append(first.shop()).append(" and add a tea to the cart.\n");
        out.append("  2. Open ")
                .append(second.shop())
                .append(" too: the owner of the session answers there as well.\n");
        out.append("  3. Kill the node that owns the session (");
        out.append(isInteractive ? "type: kill n1" : "kill -9 <process>").append(").\n");
        out.append("  4. Reload. Another node has taken over").append(cart()).append("\n\n");
        if (withValve) {
            out.append("Watch it: ").append(cluster.plan().status(first)).append('\n');
            out.append("  The buttons there ask for a token: ")
                    .append(cluster.plan().statusToken())
                    .append('\n');
        }
        out.append("Logs: ").append(folder.resolve("*/logs/")).append("  (node.log, access.log)\n");
        if (isInteractive) {
            out.append("Commands: kill <node>, start <node>, status, quit\n");
        }
        return out.append("Ctrl-C ends all nodes.\n").toString();
    }

    private String cart() {
        boolean isMixed = cluster.plan().has(Kind.TOMCAT) && cluster.plan().has(Kind.JETTY);
        return isMixed
                ? "; the cart is still there if it went from one Jetty to the other.\n"
                        + "     Tomcat and Jetty share no store of sessions: between them you begin anew, and the page says so."
                : ", and the cart is still there.";
    }

    String status() {
        StringBuilder out = new StringBuilder();
        for (NodePlan node : cluster.plan().all()) {
            NodeProcess process = cluster.process(node);
            String life = process == null ? "does not run" : "process " + process.pid();
            String kind = node.isFrontend() ? "frontend" : "node";
            out.append("  %-3s  %-6s  %-8s  %-30s  %s%n"
                    .formatted(node.name(), node.kind().title(), kind, node.shop(), life));
        }
        return out.toString();
    }
}
