package io.jvmroute.examples.run;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** All clients of the check. */
final class Shoppers {

    private final Client client;
    private final List<Shopper> all = new ArrayList<>();

    Shoppers(Client client) {
        this.client = client;
    }

    /** Begins sessions in turn through the entries. */
    void begin(int count, List<NodePlan> entries) throws IOException, InterruptedException {
        for (int i = 0; i < count; i++) {
            all.add(Shopper.begin(client, all.size(), entries.get(i % entries.size())));
        }
    }

    List<Shopper> all() {
        return List.copyOf(all);
    }

    List<Shopper> ownedBy(NodePlan node) {
        return all.stream()
                .filter(shopper -> shopper.id().route().equals(node.name()))
                .toList();
    }

    /** The node that owns the most sessions. */
    NodePlan busiest(List<NodePlan> nodes) {
        return nodes.stream()
                .max(Comparator.comparingInt(node -> ownedBy(node).size()))
                .orElseThrow();
    }

    /** How many sessions each node owns. */
    Map<String, Long> spread() {
        return all.stream()
                .collect(Collectors.groupingBy(shopper -> shopper.id().route(), TreeMap::new, Collectors.counting()));
    }
}
