package io.jvmroute.examples.run;

import io.jvmroute.examples.run.Statements.Faults;
import java.io.IOException;
import java.util.TreeSet;

/** What must be true of every session when all is over. */
final class Ending {

    private final Cluster cluster;
    private final Statements statements;
    private final Shoppers shoppers;

    Ending(Cluster cluster, Statements statements, Shoppers shoppers) {
        this.cluster = cluster;
        this.statements = statements;
        this.shoppers = shoppers;
    }

    void run() throws IOException, InterruptedException {
        statements.chapter("At the end");
        Faults content = new Faults();
        Faults scattered = new Faults();
        for (Shopper shopper : shoppers.all()) {
            TreeSet<String> nodes = new TreeSet<>();
            for (NodePlan entry : cluster.plan().entries()) {
                if (cluster.process(entry) != null) {
                    nodes.add(shopper.look(entry, shopper.id(), content).node());
                }
            }
            scattered.unless(nodes.size() == 1, shopper.name() + " lives on " + nodes);
        }
        statements.state("each of the " + shoppers.all().size() + " sessions lives on one node", scattered);
        statements.state("with all that was ever put into its cart", content);
        statements.note("sessions: " + shoppers.spread());
    }
}
