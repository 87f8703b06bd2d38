package io.jvmroute;

import io.jvmroute.affinity.Claim;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.Pin;
import io.jvmroute.forward.ForwardResult;
import io.jvmroute.forward.HopWatch;
import io.jvmroute.http.Exchange;
import io.jvmroute.policy.Decision;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Carries requests that are not at home through the rest of the corridor without a thread that waits.
 *
 * <p>Thread-safe. What goes on after an agreement in the grid, or a wait for a node, goes on in the executor: never on a thread of the grid.
 * What fails on the way, be it the executor, is an error to the client: nobody else would answer it.
 *
 * @param <E> the exchanges of a container
 */
public final class NonBlockingCorridor<E extends Exchange> {
    private static final System.Logger LOG = System.getLogger(NonBlockingCorridor.class.getName());

    private final JvmRoute jvmRoute;
    private final Driver<E> driver;
    private final Executor executor;

    /**
     * What carries the exchanges of a container.
     *
     * @param <E> the exchanges
     */
    public interface Driver<E extends Exchange> {
        /** Begins to carry one exchange to a node and its answer back, without waiting for it. */
        void forward(E exchange, Node backend, Terms terms);

        /**
         * What became of the request: called once, on any thread, maybe before {@link #carry} returns.
         *
         * @param last the last decision: {@link Decision.ServeLocally} and {@link Decision.Reject} are to be carried out
         * @param forwarded how the forward ended; with a {@link Decision.Reject}, why the last node tried was unreachable, or what failed here; null where none
         *     was tried
         */
        void carried(E exchange, Decision last, @Nullable ForwardResult forwarded);
    }

    /** What a driver is told of one hop besides the exchange. */
    public interface Terms {
        /** The value of {@code Jvmroute-Hop} for a node of ours, else null. */
        @Nullable
        String ticket();

        /** To be asked what that field of a 421 says, and by a tunnel whether its session has moved. */
        HopWatch watch();

        /** To be told how the hop ended, once, on any thread, maybe before {@link Driver#forward} returns. */
        void ended(ForwardResult result);
    }

    NonBlockingCorridor(JvmRoute jvmRoute, Driver<E> driver, Executor executor) {
        this.jvmRoute = jvmRoute;
        this.driver = driver;
        this.executor = executor;
    }

    /**
     * Carries out {@code first} and what follows from it, and tells the driver in the end.
     *
     * @param claim what the decision was made for
     */
    public void carry(E exchange, Claim claim, Decision first) {
        Way way = new Way(exchange, claim, first);
        if (exchange.head().target().equals("*")) {
            way.answerAtOnce();
        }
        way.goOn();
    }

    /** The way of one request, carried out; and the terms of its hops, of which there is one at a time. */
    private final class Way extends Carriage implements Terms {
        private final E exchange;
        private @Nullable OwnerWatch owner; // of the hop that is under way
        private boolean over; // the driver was told what became of it

        Way(E exchange, Claim claim, Decision first) {
            super(jvmRoute, jvmRoute.router(), claim, first);
            this.exchange = exchange;
        }

        void goOn() {
            try {
                take(next());
            } catch (RuntimeException | Error failure) {
                if (over) {
                    throw failure; // the driver's own
                }
                refuse(failure);
            }
        }

        private void take(Step step) {
            if (step instanceof Done done) {
                tell(done);
            } else if (step instanceof Agree agree) {
                agree(agree);
            } else if (step instanceof Wait wait) {
                await(wait);
            } else if (step instanceof Hop hop) {
                forward(hop.decision().backend());
            }
        }

        private void tell(Done done) {
            over = true;
            driver.carried(exchange, done.decision(), done.forwarded());
        }

        private void refuse(Throwable failure) {
            LOG.log(System.Logger.Level.WARNING, "a request can't be carried on", failure);
            if (!over) {
                tell(failedBy(failure));
            }
        }

        /**
         * What went on later has failed, which nobody else would hear of. On a thread of the JDK's common pool: the one that finds out may hold a lock, or
         * be the grid's.
         */
        private @Nullable Void refuseLater(Throwable failure) {
            refuse(failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure);
            return null;
        }

        private void agree(Agree agree) {
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
                    .thenAcceptAsync(stored -> agreed(agree, stored), executor)
                    .exceptionallyAsync(this::refuseLater);
        }

        private void agreed(Agree agree, @Nullable Pin stored) {
            agreed(agree.agreement(), stored);
            goOn();
        }

        private void await(Wait wait) {
            var unused = wait.hold()
                    .over()
                    .completeOnTimeout(null, wait.waitMillis(), TimeUnit.MILLISECONDS)
                    .thenRunAsync(
                            () -> {
                                waited(wait);
                                goOn();
                            },
                            executor)
                    .exceptionallyAsync(failure -> {
                        wait.hold().end();
                        return refuseLater(failure);
                    });
        }

        private void forward(Node backend) {
            exchange.answeredBy(backend.route());
            owner = jvmRoute.watch(exchange, backend, claim(), isOwnerless());
            driver.forward(exchange, backend, this);
        }

        @Override
        public @Nullable String ticket() {
            OwnerWatch known = owner;
            return known == null ? null : known.ticket();
        }

        @Override
        public HopWatch watch() {
            OwnerWatch known = owner;
            return known == null ? HopWatch.NONE : known;
        }

        @Override
        public void ended(ForwardResult result) {
            if (over) {
                return;
            }
            try {
                Done done = forwarded(result);
                take(done != null ? done : next());
            } catch (RuntimeException | Error failure) {
                if (over) {
                    throw failure; // the driver's own
                }
                refuse(failure);
            }
        }
    }
}
