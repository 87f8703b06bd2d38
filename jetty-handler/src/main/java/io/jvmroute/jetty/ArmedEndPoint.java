package io.jvmroute.jetty;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;

/**
 * An end point that stays registered for reading, where Jetty's own drops that interest at each event and asks for it again for each read: two system
 * calls for every request on a connection. The interest goes only when bytes come that nobody wants yet, or that another thread than the selector's
 * will read, and comes back with the next one who wants some.
 *
 * <p>A read that did not fill its buffer has emptied the socket (epoll(7), questions and answers), and since the selector tells of all that comes later, the
 * next read before such an event finds nothing without a system call.
 *
 * <p>Thread-safe as its superclass.
 */
final class ArmedEndPoint extends SocketChannelEndPoint {
    private final ClientSelector home;
    private final boolean accepted;
    private final ReentrantLock lock = new ReentrantLock();
    private final ManagedSelector.SelectorUpdate update = selector -> updateKey();
    private final Runnable fill;
    private final Runnable flush;
    private final Runnable both;
    private SelectionKey key;
    private int wanted; // the operations that the selector shall watch, by the lock
    private int watched; // those that it does, by the lock
    private boolean updateComes;
    private int changes;
    private final AtomicInteger events = new AtomicInteger(); // of reading
    private volatile boolean drained;

    /** That of a client's connection, which its connector counts. */
    static ArmedEndPoint ofClient(SocketChannel channel, SelectionKey key, ClientSelector home) {
        return new ArmedEndPoint(channel, home.selector(), key, home);
    }

    /** That of a connection to a backend, of which the connector shall not know. */
    static ArmedEndPoint ofBackend(SocketChannel channel, SelectionKey key, ClientSelector home) {
        return new ArmedEndPoint(channel, null, key, home);
    }

    private ArmedEndPoint(
            SocketChannel channel, @Nullable ManagedSelector accepted, SelectionKey key, ClientSelector home) {
        super(channel, accepted, key, home.scheduler());
        this.accepted = accepted != null;
        this.key = key;
        this.home = home;
        ResumingExecutor executor = home.executor();
        fill = new Event(executor, () -> getFillInterest().fillable()) {
            @Override
            public InvocationType getInvocationType() {
                return getFillInterest().getCallbackInvocationType();
            }
        };
        flush = new Event(executor, () -> getWriteFlusher().completeWrite()) {
            @Override
            public InvocationType getInvocationType() {
                return getWriteFlusher().getCallbackInvocationType();
            }
        };
        both =
                new Event(executor, () -> {
                    getWriteFlusher().completeWrite();
                    getFillInterest().fillable();
                }) {
                    @Override
                    public InvocationType getInvocationType() {
                        InvocationType reader = getFillInterest().getCallbackInvocationType();
                        InvocationType writer = getWriteFlusher().getCallbackInvocationType();
                        if (reader == writer) {
                            return reader;
                        }
                        boolean blocks = reader == InvocationType.BLOCKING || writer == InvocationType.BLOCKING;
                        return blocks ? InvocationType.BLOCKING : InvocationType.EITHER;
                    }
                };
    }

    /** What the selector brings. */
    private abstract class Event implements Invocable.Task, Closeable {
        private final ResumingExecutor executor;
        private final Runnable action;

        Event(ResumingExecutor executor, Runnable action) {
            this.executor = executor;
            this.action = action;
        }

        @Override
        public void run() {
            if (getInvocationType() == InvocationType.NON_BLOCKING) {
                executor.run(action);
            } else {
                action.run();
            }
        }

        /** Called by Jetty when there is no thread for it. */
        @Override
        public void close() {
            ArmedEndPoint.this.close();
        }
    }

    ClientSelector home() {
        return home;
    }

    /** The connector of an accepted one tells its connection. */
    @Override
    public void onClose(@Nullable Throwable cause) {
        try {
            super.onClose(cause);
        } finally {
            if (!accepted) {
                home.selector().submit(selector -> {}); // else it may keep the socket until something else happens
                Connection connection = getConnection();
                if (connection != null) {
                    connection.onClose(cause);
                }
            }
        }
    }

    // ---- reading ----

    @Override
    public int fill(ByteBuffer buffer) throws IOException {
        if (drained && !isInputShutdown()) {
            return 0;
        }
        int before = events.get();
        int space = BufferUtil.space(buffer);
        int filled = super.fill(buffer);
        if (filled >= 0 && filled < space) {
            noteDrained(before);
        }
        return filled;
    }

    private void noteDrained(int before) {
        lock.lock();
        try {
            drained = events.get() == before && (wanted & SelectionKey.OP_READ) != 0;
        } finally {
            lock.unlock();
        }
    }

    /** The next read asks the socket, whatever is known of it. */
    void doubt() {
        drained = false;
    }

    // ---- the selector ----

    @Override
    public @Nullable Runnable onSelected() {
        int ready = key.readyOps();
        boolean fillable = (ready & SelectionKey.OP_READ) != 0;
        boolean flushable = (ready & SelectionKey.OP_WRITE) != 0;
        lock.lock();
        try {
            updateComes = true;
            wanted &= ~ready;
            if (fillable) {
                events.incrementAndGet();
                drained = false;
                fillable = getFillInterest().isInterested(); // who comes later asks again
            }
            Runnable task = fillable ? (flushable ? both : fill) : flushable ? flush : null;
            if (fillable && Invocable.getInvocationType(task) == Invocable.InvocationType.NON_BLOCKING) {
                wanted |= SelectionKey.OP_READ; // it has read before the selector looks again
            }
            return task;
        } finally {
            lock.unlock();
        }
    }

    @Override
    protected void needsFillInterest() {
        want(SelectionKey.OP_READ);
    }

    @Override
    protected void onIncompleteFlush() {
        want(SelectionKey.OP_WRITE);
    }

    private void want(int operation) {
        boolean submits;
        lock.lock();
        try {
            submits = (wanted & operation) == 0 && !updateComes;
            wanted |= operation;
            updateComes |= submits;
        } finally {
            lock.unlock();
        }
        if (submits) {
            home.selector().submit(update);
        }
    }

    @Override
    public @Nullable Callback cancelWrite(Throwable cause) {
        lock.lock();
        try {
            wanted &= ~SelectionKey.OP_WRITE;
        } finally {
            lock.unlock();
        }
        if (!accepted) {
            home.selector().submit(update);
        }
        return super.cancelWrite(cause); // which else submits an update
    }

    @Override
    public void updateKey() {
        try {
            lock.lock();
            try {
                updateComes = false;
                if (watched != wanted) {
                    watched = wanted;
                    changes++;
                    key.interestOps(wanted);
                }
            } finally {
                lock.unlock();
            }
        } catch (CancelledKeyException e) {
            close();
        } catch (RuntimeException e) {
            JettyForwarder.LOGGER.log(System.Logger.Level.WARNING, "interest of a connection", e);
            close();
        }
    }

    /** How often the selector was told of another interest: a system call each. */
    int changes() {
        lock.lock();
        try {
            return changes;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isWriteInterested() {
        return (key.interestOps() & SelectionKey.OP_WRITE) != 0;
    }

    @Override
    public void replaceKey(SelectionKey replacement) {
        super.replaceKey(replacement);
        key = replacement;
    }
}
