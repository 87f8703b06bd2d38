package io.jvmroute;

import io.jvmroute.affinity.Affinity;
import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.affinity.AffinityParser;
import io.jvmroute.cluster.ClusterView;
import io.jvmroute.cluster.Grid;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.NodeDirectory;
import io.jvmroute.cluster.Pin;
import io.jvmroute.cluster.PinTable;
import io.jvmroute.cluster.Rendezvous;
import io.jvmroute.http.RequestHead;
import io.jvmroute.policy.AffinityPolicy;
import io.jvmroute.policy.Arrival;
import io.jvmroute.policy.Balance;
import io.jvmroute.policy.Decision;
import io.jvmroute.policy.NodeSelector;
import io.jvmroute.policy.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Asks the pure decision with what this node knows at the moment, and agrees with the other frontends where a session needs a new owner.
 *
 * <p>Shared by the blocking and the non-blocking corridor. Thread-safe; no method waits.
 */
public final class AffinityRouter {
    /** How long a pin lives that was moved but not yet stated by its new owner. */
    private static final Duration MOVED_PIN_TTL = Duration.ofMinutes(30);

    private final AffinityParser parser = new AffinityParser("JSESSIONID", "jsessionid");
    private final NodeDirectory directory;
    private final PinTable pins;
    private final AffinityPolicy policy;
    private final NodeSelector selector;
    private final Balance balance;
    private final LiveLoad load;
    private final AtomicLong turn = new AtomicLong();
    private volatile @Nullable Grid grid;

    AffinityRouter(NodeDirectory directory, PinTable pins, AffinityConfig config, LiveLoad load) {
        this.directory = directory;
        this.pins = pins;
        this.policy = new AffinityPolicy(config.strict());
        this.selector = new NodeSelector(config.balance());
        this.balance = config.balance();
        this.load = load;
    }

    /** The session id that the request asks for, with its route, or null. */
    public @Nullable String findSessionId(RequestHead head) {
        return parser.findSessionId(head);
    }

    /**
     * The first decision for a request: on the home path without allocation, lock or grid call (once sessions have moved, one SHA-256).
     *
     * @param sessionId what {@link #findSessionId} found
     */
    public Decision decide(@Nullable String sessionId, Arrival arrival) {
        return decide(sessionId, directory.view(), arrival);
    }

    /** The same question about a smaller cluster: how a redispatch asks. */
    public Decision decide(@Nullable String sessionId, ClusterView view, Arrival arrival) {
        return resolve(policy.decide(affinity(sessionId, view), findMoved(sessionId), view, arrival), view);
    }

    private Decision resolve(Decision decision, ClusterView view) {
        return decision instanceof Decision.Balance open ? balanced(open.verdict(), view) : decision;
    }

    private Decision balanced(Verdict verdict, ClusterView view) {
        Decision selected = selector.select(verdict, view, draw(), load);
        if (balance == Balance.LEAST_SESSIONS) {
            load.placed(selected);
        }
        return selected;
    }

    private static Affinity affinity(@Nullable String sessionId, ClusterView view) {
        return sessionId == null ? Affinity.NONE : view.routes().find(sessionId);
    }

    /** The pin of the session if it is known to have moved, or null. */
    @Nullable
    Pin findMoved(@Nullable String sessionId) {
        return sessionId == null || pins.isEmpty() ? null : pins.find(sessionId);
    }

    /** Takes another node's word for where the session moved to. */
    void learn(String sessionId, Pin pin) {
        pins.adopt(AffinityKey.ofSession(sessionId), pin);
    }

    private long draw() {
        return switch (balance) {
            case ROUND_ROBIN -> turn.getAndIncrement();
            case LOCAL, LEAST_REQUESTS, LEAST_SESSIONS ->
                ThreadLocalRandom.current().nextLong();
        };
    }

    /** The cluster as it is known now. */
    public ClusterView view() {
        return directory.view();
    }

    /** Uses {@code joined} for agreements from now on; null: none. */
    void use(@Nullable Grid joined) {
        grid = joined;
    }

    /**
     * A new owner for a session whose owner is gone: proposed by hash, agreed by compare-and-set.
     *
     * @param hashed where the session goes if the grid does not answer in time; null if nobody can take it
     * @param agreed the stored pin, or null for a session that no node has stated; completes on a thread of the grid, and is
     *     adopted then even if nobody waits any more
     */
    record Agreement(@Nullable Node hashed, CompletionStage<@Nullable Pin> agreed) {}

    Agreement agree(String sessionId, Decision.Repin repin, ClusterView view) {
        AffinityKey key = AffinityKey.ofSession(sessionId);
        List<Node> candidates = NodeSelector.candidates(view);
        Node target = Rendezvous.choose(key, candidates);
        Grid joined = grid;
        if (target == null || joined == null || !joined.isJoined()) {
            return new Agreement(target, CompletableFuture.completedFuture(null));
        }
        Pin known = pins.find(key);
        Pin from = known != null ? known : new Pin(repin.owner(), Pin.FIRST_EPOCH);
        CompletionStage<@Nullable Pin> agreed = joined.repin(key, from, target.route(), MOVED_PIN_TTL)
                .thenApply(stored -> {
                    if (stored != null) {
                        pins.adopt(key, stored);
                    }
                    return stored;
                });
        return new Agreement(target, agreed);
    }

    /** The decision after an agreement: to the stored owner if it can serve, else again to the table. */
    Decision afterAgreement(Agreement agreement, @Nullable Pin stored, ClusterView view) {
        Node owner = stored == null ? agreement.hashed() : view.find(stored.route());
        if (owner == null && stored == null) {
            return Decision.Reject.NOBODY_READY;
        }
        if (owner == null || !view.isUsable(owner)) {
            return new Decision.Repin(stored == null ? "" : stored.route());
        }
        return view.isSelf(owner)
                ? new Decision.ServeLocally(Verdict.REPINNED)
                : new Decision.Forward(owner, Verdict.REPINNED);
    }
}
