package io.jvmroute.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.internal.cluster.impl.ClusterServiceImpl;
import io.jvmroute.cluster.Grid;
import io.jvmroute.cluster.GridUnavailableException;
import io.jvmroute.testing.TestNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Members of one cluster, one of which a test cuts off as Hazelcast's own tests do it: each suspects the other. Nothing happens by a timer: neither
 * does a heartbeat clear a suspicion in between, nor do they look for each other before they are told to.
 */
public final class SplitCluster implements AutoCloseable {
    private static final String YAML = """
            hazelcast:
              properties:
                hazelcast.local.localAddress: 127.0.0.1
                hazelcast.heartbeat.interval.seconds: 60
                hazelcast.max.no.heartbeat.seconds: 6000
                hazelcast.operation.call.timeout.millis: 900000
              advanced-network:
                enabled: true
                join:
                  auto-detection:
                    enabled: false
                  tcp-ip:
                    enabled: true
                    member-list: [%s]
                member-server-socket-endpoint-config:
                  port:
                    port: %d
                    auto-increment: false
            """;

    private final String name = "test-" + UUID.randomUUID();
    private final Path folder;
    private final List<Integer> ports;
    private final List<HazelcastGrid> grids = new ArrayList<>();

    /** For so many members, none of which has started; their files are in {@code folder}. */
    public SplitCluster(Path folder, int size) {
        this.folder = folder;
        ports = TestNode.freePorts(size);
    }

    /** The next member, joined to those before. */
    public Grid join(Grid.Listener listener) throws GridUnavailableException, IOException {
        int port = ports.get(grids.size());
        String members = ports.stream().map(each -> "\"127.0.0.1:" + each + '"').collect(Collectors.joining(", "));
        Path file = Files.writeString(folder.resolve("hazelcast-" + port + ".yaml"), YAML.formatted(members, port));
        HazelcastGrid grid = new HazelcastGrid(GridSettings.of(name, "127.0.0.1", 0, List.of())
                .withFile(new MemberFile(file, null))
                .withTiming(TestCluster.QUICK));
        grids.add(grid);
        grid.join(listener);
        return grid;
    }

    /** How many members the one with this index sees, itself included. */
    public int sizeSeenBy(int index) {
        return member(index).getCluster().getMembers().size();
    }

    /** Whether all data has its backups, as far as the member with this index sees. */
    public boolean isSafe(int index) {
        return member(index).getPartitionService().isClusterSafe();
    }

    /** Cuts {@code one} off from all others, the youngest first: who claims to lead next needs the consent of those. */
    public void cutOff(int one) {
        List<Integer> youngestFirst = new ArrayList<>();
        member(one)
                .getCluster()
                .getMembers()
                .forEach(member ->
                        youngestFirst.add(0, ports.indexOf(member.getAddress().getPort())));
        youngestFirst.remove(Integer.valueOf(one));
        youngestFirst.forEach(other -> suspect(other, one));
        youngestFirst.forEach(other -> suspect(one, other));
    }

    private void suspect(int one, int other) {
        ClusterServiceImpl cluster = node(one).getClusterService();
        var member = cluster.getMember(node(other).getThisAddress());
        if (member != null) {
            cluster.suspectMember(member, "cut off by a test", /* destroyConnection= */ true);
        }
    }

    /** Lets a member that is alone look for the others, as its timer would. */
    public void lookAround(int index) {
        var node = node(index);
        ClusterServiceImpl cluster = node.getClusterService();
        if (cluster.isJoined() && cluster.isMaster() && cluster.getSize() == 1) {
            node.getJoiner().searchForOtherClusters();
        }
    }

    private HazelcastInstance member(int index) {
        return grids.get(index).joined().member();
    }

    private com.hazelcast.instance.impl.Node node(int index) {
        return ((HazelcastInstanceProxy) member(index)).getOriginal().node;
    }

    @Override
    public void close() {
        grids.forEach(HazelcastGrid::close);
    }
}
