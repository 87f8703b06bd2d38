package io.jvmroute;

import io.jvmroute.affinity.Route;
import io.jvmroute.cluster.ClusterView;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.Pin;
import io.jvmroute.forward.BlockingExchange;
import io.jvmroute.forward.ForwardResult;
import io.jvmroute.forward.ForwardResult.Outcome;
import io.jvmroute.forward.HopRefusal;
import io.jvmroute.policy.Arrival;
import io.jvmroute.policy.Decision;
import io.jvmroute.policy.Verdict;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Carries a request that is not at home through the rest of the corridor, on its own thread: agree on an owner where there is none any more,
 * forward, redispatch while no byte was written, record.
 *
 * <p>Thread-safe. A request waits for the grid only where its session needs a new owner, and then at most {@link #GRID_WAIT_MILLIS}, or {@link
 * #REMOVAL_WAIT_MILLIS} while the grid has yet to notice that the owner is dead.
 */
public final class BlockingCorridor {
    static final long GRID_WAIT_MILLIS = 100;
    static final long REMOVAL_WAIT_MILLIS = 500;
    private static final System.Logger LOG = System.getLogger(BlockingCorridor.class.getName());

    private final JvmRoute jvmRoute;
    private final AffinityRouter router;

    BlockingCorridor(JvmRoute jvmRoute, AffinityRouter router) {
        this.jvmRoute = jvmRoute;
        this.router = router;
    }

    /**
     * What became of the request.
     *
     * @param decision the last decision: {@link Decision.ServeLocally} and {@link Decision.Reject} are for the caller to carry out
     * @param forwarded how the forward ended; with a {@link Decision.Reject}, why the last node tried was unreachable; null where none was
     *     tried
     */
    public record Result(Decision decision, @Nullable ForwardResult forwarded) {}

    /**
     * Carries out {@code first} and what follows from it.
     *
     * @param sessionId the id that the decision was made for, or null
     */
    public Result carry(BlockingExchange exchange, @Nullable String sessionId, Decision first) {
        ClusterView view = router.view();
        Decision decision = first;
        boolean repinned = false;
        boolean refused = false;
        ForwardResult unreachable = null;
        for (int rounds = 2 * view.nodes().size() + 2; rounds > 0; rounds--) {
            if (decision instanceof Decision.Repin repin && sessionId != null) {
                repinned = true;
                decision = agree(sessionId, repin, view);
            } else if (decision instanceof Decision.Forward forward) {
                Node backend = forward.backend();
                ForwardResult result = jvmRoute.forward(exchange, backend, sessionId);
                jvmRoute.recorder().forwarded(result.outcome());
                if (result.outcome() == Outcome.REFUSED) {
                    if (refused || !jvmRoute.tryRetry()) {
                        return done(Decision.Reject.NOT_MINE, result);
                    }
                    refused = true;
                    view = viewAfterRefusal(sessionId, backend, result.refusal());
                    decision = router.decide(sessionId, view, Arrival.CLIENT);
                    continue;
                }
                if (result.outcome() != Outcome.UNREACHABLE) {
                    return done(new Decision.Forward(backend, repinned ? Verdict.REPINNED : forward.verdict()), result);
                }
                unreachable = result;
                jvmRoute.suspect(backend, result.cause());
                view = view.without(backend);
                decision = router.decide(sessionId, view, Arrival.CLIENT);
            } else if (decision instanceof Decision.ServeLocally && repinned) {
                return done(new Decision.ServeLocally(Verdict.REPINNED), null);
            } else {
                return done(decision, decision instanceof Decision.Reject ? unreachable : null);
            }
        }
        return done(Decision.Reject.NOBODY_READY, unreachable); // owners changed as fast as we asked
    }

    /** The cluster as it is now, with what the node knew better; without its life that is over, if we hear of no new one. */
    private ClusterView viewAfterRefusal(@Nullable String sessionId, Node backend, @Nullable HopRefusal refusal) {
        ClusterView view = router.view();
        if (sessionId != null && refusal != null && refusal.epoch() > 0 && Route.isValid(refusal.route())) {
            router.learn(sessionId, new Pin(refusal.route(), refusal.epoch()));
            return view;
        }
        Node now = view.find(backend.route());
        return now != null && now.incarnation().equals(backend.incarnation()) ? view.without(backend) : view;
    }

    private Result done(Decision decision, @Nullable ForwardResult result) {
        jvmRoute.recorder().decided(decision.verdict());
        if (LOG.isLoggable(System.Logger.Level.DEBUG)) {
            LOG.log(
                    System.Logger.Level.DEBUG,
                    "verdict={0} decision={1} result={2}",
                    decision.verdict().text(),
                    decision,
                    result);
        }
        return new Result(decision, result);
    }

    private Decision agree(String sessionId, Decision.Repin repin, ClusterView view) {
        AffinityRouter.Agreement agreement = router.agree(sessionId, repin, view);
        return router.afterAgreement(agreement, await(agreement, repin, view), view);
    }

    private @Nullable Pin await(AffinityRouter.Agreement agreement, Decision.Repin repin, ClusterView view) {
        Node owner = view.find(repin.owner());
        boolean removalPending = owner != null && owner.member() && view.isSuspect(repin.owner());
        try {
            return agreement
                    .agreed()
                    .toCompletableFuture()
                    .get(removalPending ? REMOVAL_WAIT_MILLIS : GRID_WAIT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.log(System.Logger.Level.DEBUG, "grid gave no answer in time: the hash decides", e);
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
