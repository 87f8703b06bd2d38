package io.jvmroute.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that follows a script on each connection. What a script throws is kept for {@link #verify}. */
public final class RawBackend implements AutoCloseable {
    /** What happens on one connection, which is closed when it returns. */
    @FunctionalInterface
    public interface Script {
        void run(RawPeer peer) throws Exception;
    }

    private final ServerSocket listener;
    private final List<Throwable> faults = new CopyOnWriteArrayList<>();
    private final List<Thread> running = new CopyOnWriteArrayList<>();
    private final AtomicInteger accepted = new AtomicInteger();
    private final Thread acceptor;
    /** Until there is one: a stranger that takes this port for that of a node which has not started yet. */
    private volatile Script script = peer -> {};

    public RawBackend() throws IOException {
        this(0);
    }

    /** At a port of the caller's; 0: any. */
    public RawBackend(int port) throws IOException {
        listener = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        acceptor = start(this::accept);
    }

    private static Thread start(Runnable task) {
        Thread thread = new Thread(task, "raw-backend");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                accepted.incrementAndGet();
                Script itsScript = script;
                running.add(start(() -> run(itsScript, socket)));
            }
        } catch (IOException e) {
            if (!listener.isClosed()) {
                faults.add(e);
            }
        }
    }

    private void run(Script itsScript, Socket socket) {
        try (RawPeer peer = new RawPeer(socket)) {
            itsScript.run(peer);
        } catch (RawPeer.NothingCameException e) {
            // somebody looked whether this backend is there, as a frontend does that waits for it
        } catch (Throwable e) {
            faults.add(e);
        }
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** The script of the connections from now on. */
    public void follow(Script next) {
        script = next;
    }

    /** Waits until all scripts have come to their end, and throws what one of them threw. */
    public void verify() throws InterruptedException {
        for (Thread thread : running) {
            thread.join(180_000);
            if (thread.isAlive()) {
                faults.add(new AssertionError("a script that does not end"));
            }
        }
        running.clear();
        List<Throwable> thrown = List.copyOf(faults);
        faults.clear();
        if (!thrown.isEmpty()) {
            throw new AssertionError("backend: " + thrown, thrown.get(0));
        }
    }

    /** Returns when no connection is accepted any more: a thread that is in the middle of it may still get one. */
    @Override
    public void close() throws IOException {
        listener.close();
        try {
            acceptor.join(180_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
