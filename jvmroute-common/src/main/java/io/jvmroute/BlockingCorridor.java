package io.jvmroute;

import io.jvmroute.affinity.Claim;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.Pin;
import io.jvmroute.forward.BlockingExchange;
import io.jvmroute.forward.ForwardResult;
import io.jvmroute.policy.Decision;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Carries a request that is not at home through the rest of the corridor, on its own thread.
 *
 * <p>Thread-safe. A request waits for the grid only where its session needs a new owner, and then at most 100 ms, or 400 ms while the grid has yet to
 * notice that the owner is dead; for a node only where there is none, and then at most two seconds.
 */
public final class BlockingCorridor {
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
        return carry(exchange, Claim.ofSession(sessionId), first);
    }

    /**
     * Carries out {@code first} and what follows from it.
     *
     * @param claim what the decision was made for
     */
    public Result carry(BlockingExchange exchange, Claim claim, Decision first) {
        Carriage carriage = new Carriage(jvmRoute, router, claim, first);
        if (exchange.head().target().equals("*")) {
            carriage.answerAtOnce();
        }
        while (true) {
            Carriage.Step step = carriage.next();
            if (step instanceof Carriage.Done done) {
                return new Result(done.decision(), done.forwarded());
            } else if (step instanceof Carriage.Agree agree) {
                carriage.agreed(agree.agreement(), await(agree));
            } else if (step instanceof Carriage.Wait wait) {
                await(wait);
                carriage.waited(wait);
            } else if (step instanceof Carriage.Hop hop) {
                Node backend = hop.decision().backend();
                exchange.answeredBy(backend.route());
                ForwardResult result = jvmRoute.forward(exchange, backend, claim, carriage.isOwnerless());
                Carriage.Done done = carriage.forwarded(result);
                if (done != null) {
                    return new Result(done.decision(), done.forwarded());
                }
            }
        }
    }

    private static @Nullable Pin await(Carriage.Agree agree) {
        try {
            return agree.agreement().agreed().toCompletableFuture().get(agree.waitMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.log(System.Logger.Level.DEBUG, "grid gave no answer in time: the hash decides", e);
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private static void await(Carriage.Wait wait) {
        try {
            wait.hold().over().get(wait.waitMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.log(System.Logger.Level.DEBUG, "no node has become ready in time", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
