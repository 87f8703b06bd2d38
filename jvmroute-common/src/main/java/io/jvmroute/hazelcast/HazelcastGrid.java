package io.jvmroute.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.cluster.Grid;
import io.jvmroute.cluster.GridUnavailableException;
import io.jvmroute.cluster.HopKey;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.Pin;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The grid as an embedded Hazelcast member, its own or the user's.
 *
 * <p>Once its member has shut down, of whatever cause, every stage fails at once and {@link #hopKeys} still gives the last known keys. To come
 * back, close it and join with a new one.
 */
public final class HazelcastGrid implements Grid {
    private final GridSettings settings;
    private final @Nullable SharedInstance shared;
    private final String memberId;
    private volatile @Nullable JoinedGrid joined;

    /** A grid that has not joined yet, with a member of its own. */
    public HazelcastGrid(GridSettings settings) {
        this(settings, null);
    }

    /**
     * A grid that has not joined yet.
     *
     * @param shared the user's member, which this grid neither starts nor ends; null: one of its own
     */
    public HazelcastGrid(GridSettings settings, @Nullable SharedInstance shared) {
        this.settings = settings;
        this.shared = shared;
        memberId = shared == null ? MemberConfig.newMemberId() : shared.memberId();
    }

    @Override
    public synchronized void join(Listener listener) throws GridUnavailableException {
        if (joined != null) {
            throw new IllegalStateException("join: has joined before (expected: a new grid)");
        }
        HazelcastInstance member =
                shared == null ? MemberStart.start(settings, memberId) : MemberStart.useRunning(shared);
        @Nullable JoinedGrid grid = null;
        try {
            grid = new JoinedGrid(member, shared == null, settings, memberId, listener);
            joined = grid; // the listener may ask back
            grid.start();
        } catch (RuntimeException | Error e) {
            joined = null;
            if (grid != null) {
                grid.close();
            } else if (shared == null) {
                member.shutdown();
            }
            throw new GridUnavailableException(
                    "clusterName: the members of " + settings.clusterName() + " do not answer: " + e.getMessage(), e);
        }
    }

    @Override
    public boolean isJoined() {
        JoinedGrid grid = joined;
        return grid != null && grid.isJoined();
    }

    @Override
    public boolean hasPeers() {
        JoinedGrid grid = joined;
        return grid != null && grid.hasPeers();
    }

    @Override
    public boolean readFromPeers() {
        JoinedGrid grid = joined;
        return grid != null && grid.readFromPeers();
    }

    @Override
    public boolean isMember(Node node) {
        JoinedGrid grid = joined;
        return grid != null && grid.isMember(node);
    }

    @Override
    public @Nullable Node findNode(String route) {
        JoinedGrid grid = joined;
        return grid == null ? null : grid.findNode(route);
    }

    @Override
    public CompletionStage<?> publish(Node self) {
        return call(grid -> grid.publish(self));
    }

    @Override
    public void keepSilent() {
        JoinedGrid grid = joined;
        if (grid != null) {
            grid.keepSilent();
        }
    }

    @Override
    public CompletionStage<?> withdraw(Node self) {
        return call(grid -> grid.withdraw(self));
    }

    @Override
    public CompletionStage<@Nullable Pin> repin(AffinityKey key, Pin from, String toRoute, Duration ttl) {
        return call(grid -> grid.repin(key, from, toRoute, ttl));
    }

    @Override
    public CompletionStage<@Nullable Pin> claim(AffinityKey key, @Nullable Pin from, String toRoute, Duration ttl) {
        return call(grid -> grid.claim(key, from, toRoute, ttl));
    }

    @Override
    public CompletionStage<Pin> own(AffinityKey key, Pin pin, Duration ttl) {
        return call(grid -> grid.own(key, pin, ttl));
    }

    @Override
    public CompletionStage<?> end(AffinityKey key, String route) {
        return call(grid -> grid.end(key, route));
    }

    @Override
    public void reportDown(Node node) {
        JoinedGrid grid = joined;
        if (grid != null) {
            grid.reportDown(node);
        }
    }

    private <T> CompletionStage<T> call(Function<JoinedGrid, CompletionStage<T>> operation) {
        JoinedGrid grid = joined;
        return grid == null
                ? CompletableFuture.failedFuture(new IllegalStateException("the grid has not been joined"))
                : operation.apply(grid);
    }

    @Override
    public List<HopKey> hopKeys() {
        JoinedGrid grid = joined;
        return grid == null ? List.of() : grid.hopKeys();
    }

    /** The joined grid, for tests. */
    JoinedGrid joined() {
        JoinedGrid grid = joined;
        if (grid == null) {
            throw new IllegalStateException("the grid has not been joined");
        }
        return grid;
    }

    @Override
    public synchronized void close() {
        JoinedGrid grid = joined;
        if (grid != null) {
            grid.close();
        }
    }
}
