package io.jvmroute.forward;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** All tunnels of a {@link Forwarder}, their number, and their few threads, which start with the first of them. Thread-safe. */
final class Tunnels implements AutoCloseable {
    /** One thread carries more than one network card; a second one keeps a burst of one tunnel from the others. */
    private static final int LOOPS = 2;

    private final ForwardSettings settings;
    private final LongSupplier nanoTime;
    private final TunnelBuffers buffers;
    private final Set<Tunnel> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger reserved = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();
    private final @Nullable TunnelLoop[] loops = new TunnelLoop[LOOPS];
    private int turn;
    private boolean closed;
    private volatile boolean leaving;

    Tunnels(ForwardSettings settings, LongSupplier nanoTime, TunnelBuffers buffers) {
        this.buffers = buffers;
        this.settings = settings;
        this.nanoTime = nanoTime;
    }

    /** Takes the place of one tunnel, for {@link #add} or to be given back by {@link #release}. Whether there was one. */
    boolean tryReserve() {
        if (reserved.incrementAndGet() <= settings.maxTunnels()) {
            return true;
        }
        release();
        return false;
    }

    void release() {
        reserved.decrementAndGet();
    }

    /**
     * Makes a tunnel, in a reserved place, which its end frees.
     *
     * @param backend a connected socket, which is the tunnel's from now on
     */
    Tunnel add(BackendSocket backend, Tunnel.Start start) throws IOException {
        boolean added = false;
        try {
            backend.channel.configureBlocking(false);
            Tunnel tunnel = new Tunnel(this, nextLoop(), backend, start);
            open.add(tunnel);
            added = true;
            if (leaving) {
                tunnel.goAway();
            }
            return tunnel;
        } finally {
            if (!added) {
                backend.close();
            }
        }
    }

    private TunnelLoop nextLoop() throws IOException {
        lock.lock();
        try {
            if (closed) {
                throw new LocalFailureException(new IOException("closed"));
            }
            int number = turn++ & (LOOPS - 1);
            TunnelLoop loop = loops[number];
            if (loop == null) {
                loop = new TunnelLoop(number + 1);
                loops[number] = loop;
            }
            return loop;
        } finally {
            lock.unlock();
        }
    }

    /** Called by a tunnel that has ended. */
    void ended(Tunnel tunnel) {
        if (open.remove(tunnel)) {
            release();
        }
    }

    int count() {
        return open.size();
    }

    TunnelBuffers buffers() {
        return buffers;
    }

    long now() {
        return nanoTime.getAsLong();
    }

    /** Ends what has been idle for too long or was told to go away, and has those go away whose session has moved. */
    void expire(long now) {
        long idle = settings.tunnelTimeout().toNanos();
        open.forEach(tunnel -> tunnel.expire(now, idle));
    }

    /** Has the clients of the tunnels to this backend go away. */
    void giveUp(BackendPool to) {
        open.forEach(tunnel -> {
            if (tunnel.isTo(to)) {
                tunnel.goAway();
            }
        });
    }

    /** Has the clients of all tunnels go away, and of all later ones. */
    void goAway() {
        leaving = true;
        open.forEach(Tunnel::goAway);
    }

    /** Ends all tunnels and threads. Later ones are refused. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        open.forEach(Tunnel::close);
        for (TunnelLoop loop : loops) {
            if (loop != null) {
                loop.close();
            }
        }
    }
}
