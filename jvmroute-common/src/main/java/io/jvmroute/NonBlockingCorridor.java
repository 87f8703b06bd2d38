package io.jvmroute;

import io.jvmroute.affinity.Claim;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.Pin;
import io.jvmroute.forward.ForwardResult;
import io.jvmroute.forward.HopWatch;
import io.jvmroute.http.Exchange;
import io.jvmroute.policy.Decision;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries requests that are not at home through the rest of the corridor without a thread that waits.
 *
 * <p>Thread-safe. What goes on after an agreement in the grid, or a wait for a node, goes on in the executor: never on a thread of the grid.
 *
 * @param <E> the exchanges of a container
 */
public final class NonBlockingCorridor<E extends Exchange> {
    private static final System.Logger LOG = System.getLogger(NonBlockingCorridor.class.getName());

    private final JvmRoute jvmRoute;
    private final Driver<E> driver;
    private final Executor executor;

    /**
     * Carries one exchange to a node and its answer back, without waiting for it.
     *
     * @param <E> the exchanges of a container
     */
    @FunctionalInterface
    public interface Driver<E extends Exchange> {
        /**
         * Begins to.
         *
         * @param ticket the value of {@code Jvmroute-Hop} for a node of ours, else null
         * @param watch asked what that field of a 421 says, and by a tunnel whether its session has moved
         * @param end told how that ended, once, on any thread, maybe before this method returns
         */
        void forward(E exchange, Node backend, @Nullable String ticket, HopWatch watch, Consumer<ForwardResult> end);
    }

    NonBlockingCorridor(JvmRoute jvmRoute, Driver<E> driver, Executor executor) {
        this.jvmRoute = jvmRoute;
        this.driver = driver;
        this.executor = executor;
    }

    /**
     * Carries out {@code first} and what follows from it.
     *
     * @param claim what the decision was made for
     * @param end told what became of the request, once, on any thread, maybe before this method returns
     */
    public void carry(E exchange, Claim claim, Decision first, Consumer<BlockingCorridor.Result> end) {
        Carriage carriage = new Carriage(jvmRoute, jvmRoute.router(), claim, first);
        if (exchange.head().target().equals("*")) {
            carriage.answerAtOnce();
        }
        new Way(exchange, claim, carriage, end).goOn();
    }

    private final class Way {
        private final E exchange;
        private final Claim claim;
        private final Carriage carriage;
        private final Consumer<BlockingCorridor.Result> end;

        Way(E exchange, Claim claim, Carriage carriage, Consumer<BlockingCorridor.Result> end) {
            this.exchange = exchange;
            this.claim = claim;
            this.carriage = carriage;
            this.end = end;
        }

        void goOn() {
            Carriage.Step step = carriage.next();
            if (step instanceof Carriage.Done done) {
                end.accept(done.result());
            } else if (step instanceof Carriage.Agree agree) {
                agree(agree);
            } else if (step instanceof Carriage.Wait wait) {
                await(wait);
            } else if (step instanceof Carriage.Hop hop) {
                forward(hop);
            }
        }

        private void agree(Carriage.Agree agree) {
            CompletableFuture<@Nullable Pin> agreed = agree.agreement().agreed().toCompletableFuture();
            if (agreed.isDone() && !agreed.isCompletedExceptionally()) {
                agreed(agree, agreed.join());
                return;
            }
            var unused = agreed.copy()
                    .completeOnTimeout(null, agree.waitMillis(), TimeUnit.MILLISECONDS)
                    .exceptionally(failure -> {
                        LOG.log(System.Logger.Level.DEBUG, "grid gave no answer: the hash decides", failure);
                        return null;
                    })
                    .thenAcceptAsync(stored -> agreed(agree, stored), executor);
        }

        private void agreed(Carriage.Agree agree, @Nullable Pin stored) {
            carriage.agreed(agree.agreement(), stored);
            goOn();
        }

        private void await(Carriage.Wait wait) {
            var unused = wait.hold()
                    .over()
                    .completeOnTimeout(null, wait.waitMillis(), TimeUnit.MILLISECONDS)
                    .thenRunAsync(
                            () -> {
                                carriage.waited(wait);
                                goOn();
                            },
                            executor);
        }

        private void forward(Carriage.Hop hop) {
            Node backend = hop.decision().backend();
            exchange.answeredBy(backend.route());
            OwnerWatch owner = jvmRoute.watch(exchange, backend, claim);
            String ticket = owner == null ? null : owner.ticket();
            HopWatch watch = owner == null ? HopWatch.NONE : owner;
            driver.forward(exchange, backend, ticket, watch, result -> {
                Carriage.Done done = carriage.forwarded(hop, result);
                if (done != null) {
                    end.accept(done.result());
                } else {
                    goOn();
                }
            });
        }
    }
}
