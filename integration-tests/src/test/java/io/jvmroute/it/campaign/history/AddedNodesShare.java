package io.jvmroute.it.campaign.history;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A node that was added gets new sessions: at the very least a quarter of its fair share, once its slow start is over. */
final class AddedNodesShare implements Rule {
    /** With fewer than these sessions chance decides. */
    private static final int FEWEST = 40;

    private static final int LEAST_PART = 4;

    @Override
    public String name() {
        return "share";
    }

    @Override
    public List<Finding> check(History history) {
        return history.faults().stream()
                .filter(fault -> fault.kind().adds())
                .flatMap(fault -> fault.targets().stream()
                        .filter(node -> isLeftOut(node, fault, history))
                        .map(node -> new Finding(name(), fault.undone(), node + " got few new sessions: " + fault)))
                .toList();
    }

    private static boolean isLeftOut(String added, Fault fault, History history) {
        List<String> owners = history.operations().stream()
                .filter(operation -> operation.kind() == Operation.Kind.BEGIN && operation.isServed())
                .filter(operation -> operation.start() >= fault.from() + FaultKind.SHARING_MILLIS
                        && operation.end() <= fault.undone())
                .map(OneOwner::node)
                .toList();
        Set<String> nodes = new TreeSet<>(owners);
        nodes.add(added);
        long own = owners.stream().filter(added::equals).count();
        return owners.size() >= FEWEST && own * nodes.size() * LEAST_PART < owners.size();
    }
}
