package io.jvmroute;

import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.affinity.Claim;
import io.jvmroute.affinity.Route;
import io.jvmroute.cluster.ClusterView;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.NodeState;
import io.jvmroute.cluster.Pin;
import io.jvmroute.forward.ForwardResult;
import io.jvmroute.forward.ForwardResult.Outcome;
import io.jvmroute.forward.HopRefusal;
import io.jvmroute.forward.ProxyError;
import io.jvmroute.policy.Arrival;
import io.jvmroute.policy.Decision;
import io.jvmroute.policy.Verdict;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The way of one request that is not at home, step by step: agree on an owner where there is none any more, forward, redispatch while no byte was
 * written, wait once where nobody is there to take it for the moment, record. Waits for nothing and forwards nothing itself: a corridor does that, and tells how it ended.
 *
 * <p>Used by one thread at a time.
 */
class Carriage {
    static final long GRID_WAIT_MILLIS = 100;
    static final long REMOVAL_WAIT_MILLIS = 400;

    /** The first request of a key alone waits so long: what is agreed then holds for all others. */
    static final long FIRST_PIN_WAIT_MILLIS = 500;

    private static final System.Logger LOG = System.getLogger(BlockingCorridor.class.getName());

    private final JvmRoute jvmRoute;
    private final AffinityRouter router;
    private final Claim claim;
    private ClusterView view;
    private Decision decision;
    private int rounds;
    private boolean repinned;
    private boolean refused;
    private boolean ownerless;
    private boolean held;
    private @Nullable ForwardResult unreachable;
    private @Nullable Pin told;
    private long hopStart;

    /** What a corridor is to do next. */
    sealed interface Step {}

    /**
     * Wait for an agreement, but no longer than that, then {@link #agreed}.
     *
     * @param waitMillis how long
     */
    record Agree(AffinityRouter.Agreement agreement, long waitMillis) implements Step {}

    /**
     * Wait until a node may take the request, but no longer than that, then {@link #waited}.
     *
     * @param waitMillis how long
     */
    record Wait(Settling.Hold hold, long waitMillis) implements Step {}

    /** Forward the request, then {@link #forwarded}. */
    record Hop(Decision.Forward decision) implements Step {}

    /** Nothing: that is what became of the request, as {@link BlockingCorridor.Result}. */
    record Done(Decision decision, @Nullable ForwardResult forwarded) implements Step {}

    Carriage(JvmRoute jvmRoute, AffinityRouter router, Claim claim, Decision first) {
        this.jvmRoute = jvmRoute;
        this.router = router;
        this.claim = claim;
        view = router.view();
        decision = first;
        rounds = rounds();
    }

    Claim claim() {
        return claim;
    }

    private int rounds() {
        return 2 * view.nodes().size() + 2;
    }

    /**
     * Whether nobody has the session, as far as the grid or its former owner knows. A hop then does not say whose it is: a node that has yet to hear of its end would refuse it, and
     * name an owner that is none any more.
     */
    boolean isOwnerless() {
        return ownerless;
    }

    /** A node that looks whether this one is alive wants an answer, and no good one. */
    void answerAtOnce() {
        held = true;
    }

    Step next() {
        if (rounds-- <= 0) {
            decision = Decision.Reject.NOBODY_READY; // owners changed as fast as we asked
        }
        if (!held && (decision == Decision.Reject.NOBODY_READY || decision == Decision.Reject.NOT_AGREED)) {
            Settling.Hold hold = jvmRoute.settling().tryHold();
            if (hold != null) {
                held = true;
                return new Wait(hold, Settling.LONGEST.toMillis());
            }
        }
        if (decision instanceof Decision.FirstPin) {
            return new Agree(router.agreeFirst(claim, view), FIRST_PIN_WAIT_MILLIS);
        }
        if (decision instanceof Decision.Repin repin && claim != Claim.NONE) {
            repinned = true;
            return new Agree(router.agree(claim, repin, told, view), waitMillis(repin));
        }
        if (decision instanceof Decision.Forward forward) {
            hopStart = System.nanoTime();
            return new Hop(forward);
        }
        if (decision instanceof Decision.ServeLocally && repinned) {
            return done(new Decision.ServeLocally(Verdict.REPINNED), null);
        }
        return done(decision, decision instanceof Decision.Reject ? unreachable : null);
    }

    /** Longer while the grid has yet to notice that the owner is dead. */
    private long waitMillis(Decision.Repin repin) {
        Node owner = view.find(repin.owner());
        boolean removalPending = owner != null && owner.member() && view.isSuspect(repin.owner());
        return removalPending ? REMOVAL_WAIT_MILLIS : GRID_WAIT_MILLIS;
    }

    /** The agreement has come to this: null if the grid gave no answer in time, or knows of none. */
    void agreed(AffinityRouter.Agreement agreement, @Nullable Pin stored) {
        told = stored != null ? stored : told;
        ownerless = stored == null && repinned && agreement.isAnswered();
        decision = router.afterAgreement(agreement, stored, view);
    }

    /** The wait is over, because a node may take the request now or for the time: asks again, of the cluster as it is by now. */
    void waited(Wait wait) {
        wait.hold().end();
        view = router.view();
        rounds = rounds();
        decision = router.decideFor(claim, view, Arrival.CLIENT);
    }

    /**
     * The hop has come to its end.
     *
     * @return null if there is more to do: {@link #next}
     */
    @Nullable
    Done forwarded(ForwardResult result) {
        if (!(decision instanceof Decision.Forward forward)) {
            throw new IllegalStateException("no hop is under way");
        }
        Node backend = forward.backend();
        jvmRoute.recorder().forwarded(result.outcome(), System.nanoTime() - hopStart);
        jvmRoute.warnings().ended(result);
        ownerless = false; // until the next decision
        if (result.outcome() == Outcome.REFUSED) {
            boolean drains =
                    backend.state() == NodeState.DRAINING; // sessions that leave are no fault: there may be many
            if (refused || !(drains || jvmRoute.tryRetry())) {
                return done(Decision.Reject.NOT_MINE, result);
            }
            refused = true;
            if (HopRefusal.NO_SESSION.equals(result.refusal())) {
                ownerless = true;
                view = router.view().without(backend);
                decision = router.decideFor(Claim.NONE, view, Arrival.CLIENT);
                return null;
            }
            view = viewAfterRefusal(backend, result.refusal());
        } else if (result.outcome() == Outcome.UNREACHABLE) {
            unreachable = result;
            jvmRoute.suspect(backend, result.cause());
            view = view.without(backend);
        } else {
            return done(repinned ? new Decision.Forward(backend, Verdict.REPINNED) : forward, result);
        }
        decision = router.decideFor(claim, view, Arrival.CLIENT);
        return null;
    }

    /** The cluster as it is now, with what the node knew better; without its life that is over, if we hear of no new one. */
    private ClusterView viewAfterRefusal(Node backend, @Nullable HopRefusal refusal) {
        ClusterView now = router.view();
        AffinityKey key = claim.key();
        if (key != null && refusal != null && refusal.epoch() > 0 && Route.isValid(refusal.route())) {
            router.learn(key, new Pin(refusal.route(), refusal.epoch()));
            return now;
        }
        Node found = now.find(backend.route());
        return found != null && found.incarnation().equals(backend.incarnation()) ? now.without(backend) : now;
    }

    /** This node itself failed to go on. */
    Done failedBy(Throwable failure) {
        Decision.Reject reject =
                failure instanceof RejectedExecutionException ? Decision.Reject.NO_THREAD : Decision.Reject.FAILED;
        return done(
                reject,
                new ForwardResult(
                        Outcome.FAILED, reject.status(), failure.toString(), ProxyError.PROXY_INTERNAL_ERROR));
    }

    private Done done(Decision last, @Nullable ForwardResult result) {
        if (!(last instanceof Decision.ServeLocally)) { // who serves it counts it: its session may leave before
            jvmRoute.recorder().decided(last.verdict());
        }
        if (last instanceof Decision.Reject reject) {
            jvmRoute.warnings().rejected(reject);
        }
        if (LOG.isLoggable(System.Logger.Level.DEBUG)) {
            LOG.log(
                    System.Logger.Level.DEBUG,
                    "verdict={0} decision={1} result={2}",
                    last.verdict().text(),
                    last,
                    result);
        }
        return new Done(last, result);
    }
}
