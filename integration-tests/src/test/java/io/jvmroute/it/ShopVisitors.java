package io.jvmroute.it;

import io.jvmroute.it.contract.SessionId;
import io.jvmroute.it.contract.ShopAnswer;
import io.jvmroute.it.contract.ShopClient;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Visitors of the shop who come in by one node or another, and don't mind what becomes of their sessions. */
final class ShopVisitors implements AutoCloseable {
    private static final int VISITORS = 120;
    private static final int THREADS = 6;
    private static final int THINKING_MILLIS = 60;
    private static final int REQUESTS_OF_A_SESSION = 20;

    private final ShopClient client = new ShopClient();
    private final List<URI> shops;
    private final List<CompletableFuture<Void>> visits = new ArrayList<>();
    private final AtomicLong answers = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private volatile boolean over;

    private ShopVisitors(List<URI> shops) {
        this.shops = shops;
    }

    /** They begin at each of these shops in turn. */
    static ShopVisitors at(List<URI> shops) {
        ShopVisitors visitors = new ShopVisitors(shops);
        for (int i = 0; i < THREADS; i++) {
            visitors.visits.add(
                    CompletableFuture.runAsync(visitors::come, task -> new Thread(task, "visitors").start()));
        }
        return visitors;
    }

    /** How many requests were answered, and how many met a node that is gone. */
    @Override
    public String toString() {
        return answers + " answers to visitors, " + failures + " refused connections";
    }

    private void come() {
        List<@Nullable SessionId> sessions = new ArrayList<>();
        for (int turn = 0; !over; turn++) {
            int at = turn % (VISITORS / THREADS);
            try {
                if (at == sessions.size()) {
                    sessions.add(null);
                }
                Thread.sleep(ThreadLocalRandom.current().nextInt(THINKING_MILLIS)); // people think
                sessions.set(at, visit(sessions.get(at), turn));
                answers.incrementAndGet();
            } catch (CompletionException e) {
                failures.incrementAndGet(); // the node that was asked is gone: another one next time
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private @Nullable SessionId visit(@Nullable SessionId id, int turn) {
        URI shop = shops.get((id == null ? turn : turn / 7) % shops.size());
        if (id == null) {
            String begun =
                    client.post(shop, "cart", null, "product=sencha&quantity=1").cookieId();
            return begun == null ? null : SessionId.cookie(begun);
        }
        if (ThreadLocalRandom.current().nextInt(REQUESTS_OF_A_SESSION) == 0) {
            client.post(shop, "logout", id, "");
            return null;
        }
        ShopAnswer answer = client.get(shop, "state", id);
        return answer.next(id);
    }

    @Override
    public void close() {
        over = true;
        visits.forEach(CompletableFuture::join);
    }
}
