package io.jvmroute.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.partition.PartitionService;
import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.cluster.NodeState;
import io.jvmroute.cluster.Pin;
import java.util.List;

/**
 * Makes all our Compact schemas known to the cluster when a member starts.
 *
 * <p>Hazelcast tells the others of a schema when the first object of it is written, and a member that joins gets those known before. What is first written
 * just while a member joins may reach it without its schema, which it then can't read, as the copy of a pin. When each member writes all of them
 * at its start, only members that start at once can come into that.
 */
final class Schemas {
    private Schemas() {}

    /** Waits until all members know them; at once where they do. */
    static void tell(HazelcastInstance member) {
        PartitionService partitions = member.getPartitionService();
        samples().forEach(partitions::getPartition); // it writes what it is asked for, and has no effect
    }

    /** One of each type that has a serializer. */
    static List<Object> samples() {
        NodeEntry node = new NodeEntry("", "", "", NodeState.LEFT.name(), 0, 0, 0, "", "", null);
        KeyRing ring = new KeyRing(List.of());
        return List.of(
                new AffinityKey(0, 0),
                new Pin("none", Pin.FIRST_EPOCH),
                new PinProcessors.Repin("", 0, "", 0),
                new PinProcessors.Own("", 0, 0),
                new PinProcessors.End(""),
                new ClaimPin("", 0, "", 0),
                node,
                new WithdrawNode(node, 0),
                ring,
                new AddKeys(ring));
    }
}
