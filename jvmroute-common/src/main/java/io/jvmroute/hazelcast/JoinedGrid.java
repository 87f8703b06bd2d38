package io.jvmroute.hazelcast;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.map.IMap;
import com.hazelcast.query.Predicates;
import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.cluster.Grid;
import io.jvmroute.cluster.HopKey;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.Pin;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The grid while its member runs: the maps, what listens to them, and the calls. */
final class JoinedGrid implements MembershipListener {
    private static final System.Logger LOGGER = System.getLogger(JoinedGrid.class.getName());

    private static final int KEYS_TO_TRY = 1000;

    private final HazelcastInstance member;
    private final boolean owned;
    private final List<Runnable> leaving = new ArrayList<>();
    private final Grid.Listener listener;
    private final GridThreads threads;
    private final GridHealth health;
    private final GridCalls calls;
    private final IMap<AffinityKey, Pin> pins;
    private final IMap<String, NodeEntry> nodes;
    private final IMap<String, KeyRing> keyRings;
    private final GridKeys keys;
    private final NodeBoard board;
    private final OwnNode own;
    private final EntryFeed<String, NodeEntry> nodeFeed;
    private final EntryFeed<AffinityKey, Pin> pinFeed;
    private final EntryFeed<String, KeyRing> keyFeed;
    private final DownReports reports;

    /** {@code owned} is whether the member ends with this grid. */
    JoinedGrid(
            HazelcastInstance member, boolean owned, GridSettings settings, String memberId, Grid.Listener listener) {
        this.member = member;
        this.owned = owned;
        this.listener = listener;
        pins = member.getMap(MemberConfig.PINS);
        nodes = member.getMap(MemberConfig.NODES);
        keyRings = member.getMap(MemberConfig.KEYS);
        threads = new GridThreads(memberId);
        health = new GridHealth(listener, this::isRunning, settings.timing().callTimeout());
        calls = new GridCalls(threads.scheduler(), health, settings.timing().callTimeout());
        keys = new GridKeys(settings.hopKeys(), threads::whenAllHaveHeard);
        board = new NodeBoard(settings.hopKeys(), settings.allowedNodes(), listener, threads.scheduler());
        board.holdUntil(
                () -> !keys.inUse().isEmpty()); // a frontend may hear of a node first, and could sign no hop to it
        own = new OwnNode(nodes, settings, memberId, calls, threads.scheduler(), board::isAnothers);
        nodeFeed = new EntryFeed<>(nodes, String.class, NodeEntry.class, Predicates.alwaysTrue(), board);
        pinFeed = new EntryFeed<>(pins, AffinityKey.class, Pin.class, MovedPins.MOVED, new MovedPins(listener));
        keyFeed = new EntryFeed<>(keyRings, String.class, KeyRing.class, Predicates.alwaysTrue(), keys);
        reports = new DownReports(member.getTopic(DownReports.TOPIC), listener);
    }

    /** Begins to listen, and reads what is there. */
    void start() {
        Schemas.tell(member);
        for (EntryFeed<?, ?> feed : List.of(nodeFeed, pinFeed, keyFeed)) {
            feed.listen();
            leaving.add(feed::stop);
        }
        reports.listen();
        leaving.add(reports::stop);
        UUID members = member.getCluster().addMembershipListener(this);
        leaving.add(() -> member.getCluster().removeMembershipListener(members));
        UUID losses = pins.addPartitionLostListener(event -> threads.repeatSoon(this::repeatLost));
        leaving.add(() -> pins.removePartitionLostListener(losses));
        UUID life = member.getLifecycleService().addLifecycleListener(this::lifecycleChanged);
        leaving.add(() -> member.getLifecycleService().removeLifecycleListener(life));
        threads.readAndWait(this::read);
        threads.awaitScheduled(); // the listener has been told
        if (!isRunning()) {
            throw new IllegalStateException(GridHealth.MEMBER_GONE);
        }
    }

    private void lifecycleChanged(LifecycleEvent event) {
        if (event.getState() == LifecycleEvent.LifecycleState.SHUTDOWN) {
            health.lost(GridHealth.MEMBER_GONE);
        } else if (event.getState() == LifecycleEvent.LifecycleState.MERGED) {
            LOGGER.log(Level.INFO, "merged into another part of the cluster");
            threads.read(() -> {
                readOrRepeat();
                threads.whenTold(this::repeatMerged); // by what was read it may have lost its route
            });
            threads.readUntilSettled(this::readOrRepeat);
        }
    }

    private void repeatMerged() {
        own.repeat();
        threads.read(listener::merged);
    }

    private void repeatLost() {
        LOGGER.log(
                Level.WARNING,
                "members were lost at once with what they alone held: this node states its sessions again");
        own.repeat();
        readOrRepeat();
        listener.dataLost();
    }

    @Override
    public void memberAdded(MembershipEvent event) {
        membersChanged();
    }

    @Override
    public void memberRemoved(MembershipEvent event) {
        membersChanged();
    }

    private void membersChanged() {
        board.members(memberIds());
        threads.readUntilSettled(this::readOrRepeat);
    }

    private Set<String> memberIds() {
        return member.getCluster().getMembers().stream().map(JoinedGrid::idOf).collect(Collectors.toSet());
    }

    private static String idOf(Member member) {
        String id = member.getAttribute(MemberConfig.MEMBER_ID);
        return Objects.requireNonNullElseGet(id, () -> String.valueOf(member.getUuid()));
    }

    private void read() {
        board.members(memberIds());
        if (member.getCluster().getMembers().stream().allMatch(Member::isLiteMember)) {
            return; // nobody holds data yet: the next member's arrival brings us here again
        }
        keys.agree(keyRings);
        nodeFeed.read();
        pinFeed.read();
    }

    private void readOrRepeat() {
        try {
            read();
        } catch (RuntimeException
                | Error e) { // of Hazelcast's many, or for want of memory, and none may end the reading
            LOGGER.log(Level.DEBUG, "reading the grid again failed", e);
            if (isRunning()) {
                threads.readAgain(this::readOrRepeat);
            }
        }
    }

    boolean isRunning() {
        return member.getLifecycleService().isRunning();
    }

    boolean isJoined() {
        return !health.isLost() && isRunning();
    }

    boolean hasPeers() {
        return isJoined()
                && member.getCluster().getMembers().stream()
                        .anyMatch(other -> !other.localMember() && !other.isLiteMember());
    }

    boolean readFromPeers() {
        try {
            String elsewhere = hasPeers() ? keyElsewhere() : null;
            if (elsewhere == null) {
                return false;
            }
            boolean unused = nodes.containsKey(elsewhere);
            threads.readAndWait(this::read);
            return hasPeers(); // one that was cast out meanwhile has asked itself
        } catch (RuntimeException e) { // of Hazelcast's many
            LOGGER.log(Level.DEBUG, "the others do not answer", e);
            return false;
        }
    }

    /** A key whose partition is another member's, or null. Each of the few partitions has some among so many keys. */
    private @Nullable String keyElsewhere() {
        for (int i = 0; i < KEYS_TO_TRY; i++) {
            Member owner = member.getPartitionService().getPartition("?" + i).getOwner();
            if (owner != null && !owner.localMember()) {
                return "?" + i;
            }
        }
        return null;
    }

    boolean isMember(Node node) {
        return isJoined() && board.isMember(node);
    }

    @Nullable
    Node findNode(String route) {
        try {
            Object stored = nodes.get(route); // whatever a stranger has put there
            return board.nodeOf(route, stored instanceof NodeEntry entry ? entry : null);
        } catch (HazelcastException | IllegalStateException e) {
            LOGGER.log(Level.DEBUG, "route=" + route + ": the grid does not answer, its last word counts", e);
            return board.findNode(route);
        }
    }

    CompletionStage<Void> publish(Node self) {
        return own.publish(self);
    }

    void keepSilent() {
        own.keepSilent();
    }

    CompletionStage<Boolean> withdraw(Node self) {
        return own.withdraw(self);
    }

    CompletionStage<@Nullable Pin> repin(AffinityKey key, Pin from, String toRoute, Duration ttl) {
        var repin = new PinProcessors.Repin(from.route(), from.epoch(), toRoute, PinProcessors.ttlMillis(ttl));
        return calls.send(() -> pins.submitToKey(key, repin));
    }

    CompletionStage<@Nullable Pin> claim(AffinityKey key, @Nullable Pin from, String toRoute, Duration ttl) {
        var claim = new ClaimPin(
                from == null ? "" : from.route(),
                from == null ? Pin.FIRST_EPOCH : from.epoch(),
                toRoute,
                PinProcessors.ttlMillis(ttl));
        return calls.send(() -> pins.submitToKey(key, claim));
    }

    CompletionStage<Pin> own(AffinityKey key, Pin pin, Duration ttl) {
        var claim = new PinProcessors.Own(pin.route(), pin.epoch(), PinProcessors.ttlMillis(ttl));
        return calls.sendDeferrable(() -> pins.submitToKey(key, claim));
    }

    CompletionStage<Boolean> end(AffinityKey key, String route) {
        return calls.sendDeferrable(() -> pins.submitToKey(key, new PinProcessors.End(route)));
    }

    void reportDown(Node node) {
        threads.read(() -> reports.publish(node));
    }

    List<HopKey> hopKeys() {
        return keys.inUse();
    }

    /** For tests: the member itself. */
    HazelcastInstance member() {
        return member;
    }

    int callsUnderWay() {
        return calls.underWay();
    }

    /** Leaves: data moves to the others first, as long as the leave timeout allows. The user's member stays, without us. */
    void close() {
        health.lost(null);
        if (owned) {
            member.shutdown();
        } else if (isRunning()) {
            stopListening();
        }
        threads.close();
    }

    private void stopListening() {
        try {
            leaving.forEach(Runnable::run);
        } catch (HazelcastException | IllegalStateException e) {
            LOGGER.log(Level.DEBUG, "the member ends, and its listeners with it", e);
        }
    }
}
