package io.jvmroute;

import io.jvmroute.affinity.Affinity;
import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.affinity.AffinityParser;
import io.jvmroute.affinity.AffinitySecrets;
import io.jvmroute.affinity.Claim;
import io.jvmroute.cluster.ClusterView;
import io.jvmroute.cluster.Grid;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.NodeDirectory;
import io.jvmroute.cluster.NodeState;
import io.jvmroute.cluster.Pin;
import io.jvmroute.cluster.PinTable;
import io.jvmroute.cluster.Rendezvous;
import io.jvmroute.http.Exchange;
import io.jvmroute.http.RequestHead;
import io.jvmroute.policy.AffinityPolicy;
import io.jvmroute.policy.Arrival;
import io.jvmroute.policy.Balance;
import io.jvmroute.policy.Decision;
import io.jvmroute.policy.NodeSelector;
import io.jvmroute.policy.Verdict;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks the pure decision with what this node knows at the moment, and agrees with the other frontends where a session needs a new owner.
 *
 * <p>Shared by the blocking and the non-blocking corridor. Thread-safe; no method waits.
 */
public final class AffinityRouter {
    /** How long a pin lives that was moved but not yet stated by its new owner. */
    private static final Duration MOVED_PIN_TTL = Duration.ofMinutes(30);

    private final AffinityParser parser;
    private final AffinitySources sources;
    private final RoutelessPins routeless;
    private final boolean bySessionAlone;
    private final NodeDirectory directory;
    private final PinTable pins;
    private final AffinityPolicy policy;
    private final NodeSelector selector;
    private final Balance balance;
    private final LiveLoad load;
    private final AtomicLong turn = new AtomicLong();
    private final ConcurrentHashMap<AffinityKey, Agreement> firsts =
            new ConcurrentHashMap<>(); // asked, not answered yet
    private volatile @Nullable Grid grid;
    private volatile Predicate<String> alive = sessionId -> true;
    private volatile BooleanSupplier doubtful = () -> false;

    AffinityRouter(
            NodeDirectory directory,
            PinTable pins,
            AffinityConfig config,
            LiveLoad load,
            Supplier<AffinitySecrets> secrets) {
        AffinityOptions options = config.affinity();
        this.directory = directory;
        this.pins = pins;
        routeless = new RoutelessPins(pins, options.timeout());
        sources = new AffinitySources(options, routeless, secrets, () -> System.currentTimeMillis() / 1000);
        parser = sources.session().parser();
        bySessionAlone = options.isBySessionAlone() && options.dialects().isEmpty();
        this.policy = new AffinityPolicy(config.strict(), config.cluster().consistent());
        this.selector = new NodeSelector(config.balance());
        this.balance = config.balance();
        this.load = load;
    }

    /** The session id that the request asks for, with its route, or null. */
    public @Nullable String findSessionId(RequestHead head) {
        return parser.findSessionId(head);
    }

    /** Whether {@link #findSessionId} tells all: then the home path allocates nothing. Else {@link #find} is to be asked. */
    public boolean isBySessionAlone() {
        return bySessionAlone;
    }

    /**
     * Another session id in a request whose first one names no known node; null if there is none that does. Off the home path.
     *
     * @param sessionId what {@link #findSessionId} found
     */
    public @Nullable String findOtherSessionId(Exchange exchange, String sessionId) {
        Claim claim = sources.session().find(exchange, directory.view().routes());
        String other = claim == null ? null : claim.sessionId();
        return other == null || other.equals(sessionId) ? null : other;
    }

    /** What the request tells, by the first source that can use something. */
    public RequestAffinity find(Exchange exchange) {
        return sources.find(exchange, directory.view().routes());
    }

    /** The same for a request that nobody sent: leaves no trace. */
    Claim inspect(Exchange exchange) {
        return sources.inspect(exchange, directory.view().routes());
    }

    AffinitySources sources() {
        return sources;
    }

    /** The first decision for a request by what {@link #find} found. */
    public Decision decideFor(Claim claim, Arrival arrival) {
        return decideFor(claim, directory.view(), arrival);
    }

    /** The same question about a smaller cluster: how a redispatch asks. */
    Decision decideFor(Claim claim, ClusterView view, Arrival arrival) {
        return resolve(judge(claim, view, arrival), view);
    }

    /** What the table says of a client's request, before a node is picked where any will do. */
    Decision judge(Claim claim, ClusterView view) {
        return judge(claim, view, Arrival.CLIENT);
    }

    /** Why {@link #judge} says so, in words. */
    String reason(Claim claim, ClusterView view) {
        Pin pin = routeless.find(claim);
        Affinity affinity = AffinitySources.affinity(claim, pin, view.routes());
        if (pin != null && (claim.isRouteless() || pin.isMoved())) {
            return "a pin of epoch " + pin.epoch() + " names " + pin.route();
        }
        return switch (affinity.source()) {
            case NONE, UNPINNED -> "no source found anything usable";
            case UNKNOWN -> "it names a node that nobody has seen";
            case SESSION -> "the session id names " + affinity.route();
            case COOKIE -> "the route cookie names " + affinity.route();
            case PIN -> "a pin names " + affinity.route();
        };
    }

    private Decision judge(Claim claim, ClusterView view, Arrival arrival) {
        Pin pin = routeless.find(claim);
        Affinity affinity = AffinitySources.affinity(claim, pin, view.routes());
        boolean first = claim.isRouteless() && pin != null && pin.epoch() == Pin.FIRST_EPOCH + 1;
        Pin moved = first && affinity.route() != null ? null : pin;
        Decision decision = policy.decide(affinity, moved, view, arrival);
        return afterStandstill(besideDrain(decision, claim.sessionId(), view, arrival), claim != Claim.NONE);
    }

    /** A node that drains keeps its sessions; an id without one would begin a new one, so it counts as none. */
    private Decision besideDrain(Decision decision, @Nullable String sessionId, ClusterView view, Arrival arrival) {
        boolean deadHere = view.selfState() == NodeState.DRAINING
                && decision instanceof Decision.ServeLocally
                && arrival == Arrival.CLIENT
                && sessionId != null
                && isDead(sessionId);
        return deadHere ? Decision.Balance.NONE : decision;
    }

    /** What may have moved away is not served: {@link PauseGuard}. */
    private Decision afterStandstill(Decision decision, boolean isClaimed) {
        return isClaimed && decision instanceof Decision.ServeLocally && doubtful.getAsBoolean()
                ? Decision.Reject.STOOD_STILL
                : decision;
    }

    /** Who tells whether this node may have missed what became of its sessions. Asked on the home path. */
    void doubt(BooleanSupplier guard) {
        doubtful = guard;
    }

    /** Who tells whether this node has the session of an id. */
    void ask(Predicate<String> host) {
        alive = host;
    }

    /** Whether this node drains, others are ready, and the id names no session of it: what {@link #besideDrain} is for hops. */
    boolean isDeadHere(String sessionId) {
        ClusterView view = directory.view();
        return view.selfState() == NodeState.DRAINING && !view.ready().isEmpty() && isDead(sessionId);
    }

    /** Not one that has moved here and was not asked for since. */
    private boolean isDead(String sessionId) {
        Pin moved = findMoved(sessionId);
        return !alive.test(sessionId)
                && (moved == null || !moved.route().equals(directory.view().selfRoute()));
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
        Decision decision = policy.decide(affinity(sessionId, view), findMoved(sessionId), view, arrival);
        return resolve(afterStandstill(besideDrain(decision, sessionId, view, arrival), sessionId != null), view);
    }

    private Decision resolve(Decision decision, ClusterView view) {
        return decision instanceof Decision.Balance open ? balanced(open.verdict(), view) : decision;
    }

    private Decision balanced(Verdict verdict, ClusterView view) {
        Decision selected = selector.select(verdict, view, draw(), load);
        String route = selected instanceof Decision.Forward forward
                ? forward.backend().route()
                : selected instanceof Decision.ServeLocally ? view.selfRoute() : null;
        if (route != null) {
            placed(route);
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
    void learn(AffinityKey key, Pin pin) {
        pins.adopt(key, pin);
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
        routeless.use(joined);
    }

    /**
     * An owner for what has none, or whose owner is gone: proposed, then agreed by compare-and-set.
     *
     * @param otherwise where the request goes if the grid does not answer in time; null if nobody can take it
     * @param agreed the stored pin, or null for a session that no node has stated; completes on a thread of the grid, and is
     *     adopted then even if nobody waits any more
     * @param verdict what the request is worth then
     */
    record Agreement(@Nullable Node otherwise, CompletionStage<@Nullable Pin> agreed, Verdict verdict) {
        private static final CompletableFuture<@Nullable Pin> NOBODY_ASKED =
                CompletableFuture.failedFuture(new IllegalStateException("the grid is not joined"));

        /** The hash's choice where there is no grid to ask. */
        static Agreement ofHash(@Nullable Node choice, Verdict verdict) {
            return new Agreement(choice, NOBODY_ASKED, verdict);
        }

        /** Whether the grid has said what it stores, if only that it stores nothing. */
        boolean isAnswered() {
            CompletableFuture<@Nullable Pin> answer = agreed.toCompletableFuture();
            return answer.isDone() && !answer.isCompletedExceptionally();
        }
    }

    /**
     * Agrees on a first owner: proposed is who would get any request without a home, the first proposal wins. Where the grid is slow to
     * answer, the request goes to the proposed node, which is what the grid will most likely have stored; where it is not there, to the
     * hash's choice, on which all agree without it. Until it has answered, all requests of one client here wait for the same answer.
     */
    Agreement agreeFirst(Claim claim, ClusterView view) {
        AffinityKey key = claim.key();
        Agreement asked = key == null ? null : firsts.get(key);
        return asked != null ? asked : askFirst(claim, key, view);
    }

    private Agreement askFirst(Claim claim, @Nullable AffinityKey key, ClusterView view) {
        Decision proposed = selector.select(Verdict.NONE, view, draw(), load);
        String route = proposed instanceof Decision.Forward forward
                ? forward.backend().route()
                : proposed instanceof Decision.ServeLocally ? view.selfRoute() : null;
        if (route != null && routeless.canAgreeFirst()) {
            placed(route);
            Agreement asked = new Agreement(view.find(route), routeless.agree(claim, null, route), Verdict.NONE);
            if (key != null && firsts.putIfAbsent(key, asked) == null) {
                var unused = asked.agreed().whenComplete((stored, failure) -> firsts.remove(key, asked));
            }
            var unused = asked.agreed().thenAccept(stored -> placedInstead(route, stored));
            return asked;
        }
        Node hashed = key == null ? null : Rendezvous.choose(key, NodeSelector.candidates(view));
        if (hashed != null) {
            placed(hashed.route());
        }
        return new Agreement(hashed, CompletableFuture.completedFuture(null), Verdict.NONE);
    }

    private void placed(String route) {
        if (balance == Balance.LEAST_SESSIONS) {
            load.placed(route);
        }
    }

    /** The grid had another owner already. */
    private void placedInstead(String proposed, @Nullable Pin stored) {
        if (balance == Balance.LEAST_SESSIONS
                && stored != null
                && !stored.route().equals(proposed)) {
            load.notPlaced(proposed);
        }
    }

    /**
     * Agrees on a new owner where the owner is gone: proposed by hash.
     *
     * @param told the pin that the grid has told this request already, which need not be mirrored here; null: none
     */
    Agreement agree(Claim claim, Decision.Repin repin, @Nullable Pin told, ClusterView view) {
        AffinityKey key = claim.key();
        Node target = key == null ? null : Rendezvous.choose(key, NodeSelector.candidates(view));
        Grid joined = grid;
        if (key == null || target == null || joined == null || !joined.isJoined()) {
            return Agreement.ofHash(target, Verdict.REPINNED);
        }
        Pin known = routeless.find(claim);
        if (told != null && (known == null || known.epoch() < told.epoch())) {
            known = told;
        }
        Pin from = known != null ? known : new Pin(repin.owner(), Pin.FIRST_EPOCH);
        boolean mayWriteFirst = claim.sessionId() == null && (known != null || routeless.canAgreeFirst());
        CompletionStage<@Nullable Pin> agreed =
                mayWriteFirst ? routeless.agree(claim, from, target.route()) : repin(joined, key, from, target);
        return new Agreement(target, agreed, Verdict.REPINNED);
    }

    private CompletionStage<@Nullable Pin> repin(Grid joined, AffinityKey key, Pin from, Node target) {
        return joined.repin(key, from, target.route(), MOVED_PIN_TTL).thenApply(stored -> {
            if (stored != null) {
                pins.adopt(key, stored);
            }
            return stored;
        });
    }

    /** The decision after an agreement: to the stored owner if it can serve, else again to the table. */
    Decision afterAgreement(Agreement agreement, @Nullable Pin stored, ClusterView view) {
        if (stored == null && agreement.verdict() == Verdict.REPINNED && !policy.movesWithoutGrid()) {
            return agreement.isAnswered()
                    ? afterAnswer(
                            agreement, agreement.agreed().toCompletableFuture().getNow(null), view)
                    : Decision.Reject.NOT_AGREED;
        }
        return afterAnswer(agreement, stored, view);
    }

    private Decision afterAnswer(Agreement agreement, @Nullable Pin stored, ClusterView view) {
        Node owner = stored == null ? agreement.otherwise() : view.find(stored.route());
        if (owner == null && stored == null) {
            return Decision.Reject.NOBODY_READY;
        }
        if (owner == null || !view.isUsable(owner)) {
            return policy.ownerDown(stored == null ? "" : stored.route(), view);
        }
        return view.isSelf(owner)
                ? new Decision.ServeLocally(agreement.verdict())
                : new Decision.Forward(owner, agreement.verdict());
    }
}
