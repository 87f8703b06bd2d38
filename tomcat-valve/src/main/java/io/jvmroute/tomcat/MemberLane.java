package io.jvmroute.tomcat;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.catalina.tribes.ChannelException;
import org.apache.catalina.tribes.ChannelMessage;
import org.apache.catalina.tribes.Member;
import org.jspecify.annotations.Nullable;

/**
 * What goes to one member of a Tribes channel: several messages at a time while it answers, one after the other, as they came, once it was silent.
 *
 * <pre>
 *            not acknowledged in time, or failed
 *   open ──────────────────────────────────────────▶ silent: what comes is kept
 *    ▲                                                 │ the last one under way has failed or got through
 *    └────────── nothing is kept any more ◀──────── catching up: one by one, each until it is acknowledged
 * </pre>
 */
final class MemberLane {
    private static final Logger LOG = System.getLogger(MemberLane.class.getName());

    /** At a time; three silent members leave one of the 25 connections of Tribes' pool to the others. */
    private static final int PARALLEL = 8;

    private static final long RETRY_MILLIS = 500;
    private static final long IDLE_SECONDS = 30;

    private final Member member;
    private final Transport transport;
    private final BooleanSupplier isMember;
    private final long maxBytes;
    private final ThreadPoolExecutor threads;

    // Guarded by this.
    private final NavigableMap<Long, ChannelMessage> kept = new TreeMap<>();
    private long keptBytes;
    private long count;
    private int underWay;
    private boolean silent;
    private boolean catchingUp;
    private boolean gone;

    /** Sends to the member and waits for its acknowledgement. */
    interface Transport {
        void send(ChannelMessage message) throws ChannelException;
    }

    MemberLane(Member member, Transport transport, BooleanSupplier isMember, long maxBytes) {
        this.member = member;
        this.transport = transport;
        this.isMember = isMember;
        this.maxBytes = maxBytes;
        threads = new ThreadPoolExecutor(
                PARALLEL, PARALLEL, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), this::thread);
        threads.allowCoreThreadTimeOut(true);
    }

    private Thread thread(Runnable task) {
        Thread thread = new Thread(task, "jvmroute-copies-" + member.getName());
        thread.setDaemon(true);
        thread.setContextClassLoader(MemberLane.class.getClassLoader()); // not the web application's that sends now
        return thread;
    }

    /**
     * Sends or keeps it; null if the member is silent and there is no room.
     *
     * @return complete once the message is acknowledged, or kept
     */
    @Nullable
    CompletableFuture<Void> send(ChannelMessage message) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        synchronized (this) {
            long number = count++;
            if (!silent) {
                underWay++;
                threads.execute(() -> sendNow(number, message, done));
                return done;
            }
            if (keptBytes + size(message) > maxBytes) {
                return null;
            }
            keepIfSilent(number, message);
        }
        done.complete(null);
        return done;
    }

    private void sendNow(long number, ChannelMessage message, CompletableFuture<Void> done) {
        try {
            if (!keepIfSilent(number, message)) {
                transport.send((ChannelMessage) message.deepclone());
            }
            done.complete(null);
        } catch (ChannelException | RuntimeException | Error e) { // no memory, and it must not be lost
            if (isMember.getAsBoolean()) {
                fallSilent();
                keepIfSilent(number, message);
                done.complete(null);
            } else {
                done.completeExceptionally(e);
            }
        } finally {
            end();
        }
    }

    private synchronized boolean keepIfSilent(long number, ChannelMessage message) {
        if (silent) {
            kept.put(number, message);
            keptBytes += size(message);
        }
        return silent;
    }

    private static int size(ChannelMessage message) {
        return message.getMessage().getLength();
    }

    String name() {
        return member.getName();
    }

    /** Whether the member has not acknowledged all that it was sent, and nobody waits for that. */
    synchronized boolean isSilent() {
        return silent;
    }

    /** One that was sent has not been acknowledged in time. */
    synchronized void fallSilent() {
        if (!silent) {
            silent = true;
            gone = false;
            LOG.log(
                    Level.WARNING,
                    "member={0} state=SILENT (requests wait for its acknowledgements no longer)",
                    member.getName());
            catchUpWhenAlone();
        }
    }

    private synchronized void end() {
        underWay--;
        catchUpWhenAlone();
    }

    /** What is under way is older than what is kept, and kept before it when it fails. */
    private void catchUpWhenAlone() {
        if (silent && underWay == 0 && !catchingUp && !threads.isShutdown()) {
            catchingUp = true;
            threads.execute(this::catchUp);
        }
    }

    private void catchUp() {
        try {
            for (Map.Entry<Long, ChannelMessage> next = next(); next != null; next = next()) {
                if (isAcknowledged(next.getValue())) {
                    remove(next.getKey());
                } else if (isMember.getAsBoolean()) {
                    TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
                } else {
                    forget();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    private boolean isAcknowledged(ChannelMessage message) {
        try {
            transport.send((ChannelMessage) message.deepclone());
            return true;
        } catch (ChannelException | RuntimeException | Error e) { // or the lane would stay silent for ever
            LOG.log(Level.DEBUG, "member=" + member.getName() + " state=SILENT", e);
            return false;
        }
    }

    /** The oldest; null if there is none, and the lane is open again. */
    private synchronized Map.@Nullable Entry<Long, ChannelMessage> next() {
        if (kept.isEmpty()) {
            silent = false;
            catchingUp = false;
            if (!gone) {
                LOG.log(Level.INFO, "member={0} state=READY (it has all copies)", member.getName());
            }
        }
        return kept.firstEntry();
    }

    private synchronized void remove(long number) {
        ChannelMessage message = kept.remove(number);
        if (message != null) {
            keptBytes -= size(message);
        }
    }

    /** Drops what is kept: the member is none any more. */
    void forget() {
        drop("GONE");
    }

    private synchronized void drop(String state) {
        if (silent && !gone) {
            LOG.log(
                    Level.WARNING,
                    "member={0} state={1} ({2} copies were not acknowledged)",
                    member.getName(),
                    state,
                    kept.size() + underWay);
        }
        gone = true;
        kept.clear();
        keptBytes = 0;
    }

    /** Ends what is under way, and drops what is kept. */
    void close() {
        threads.shutdownNow();
        drop("STOPPED");
    }
}
