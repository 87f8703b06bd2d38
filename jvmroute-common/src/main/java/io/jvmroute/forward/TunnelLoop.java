package io.jvmroute.forward;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** The thread that waits for the backends of many tunnels, and carries what comes from them to the clients. */
final class TunnelLoop {
    private final Selector selector;
    private final Thread thread;
    private volatile boolean closed;

    /** Starts the thread. */
    TunnelLoop(int number) throws IOException {
        selector = Selector.open();
        thread = new Thread(this::run, "jvmroute-tunnel-" + number);
        thread.setDaemon(true);
        thread.setContextClassLoader(
                TunnelLoop.class.getClassLoader()); // not that of the request which happens to come first
        thread.start();
    }

    private void run() {
        try (selector) {
            while (!closed) {
                selector.select(TunnelLoop::dispatch);
            }
        } catch (IOException | RuntimeException e) {
            Forwarder.LOGGER.log(System.Logger.Level.ERROR, "the thread of tunnels has ended", e);
        }
    }

    private static void dispatch(SelectionKey key) {
        Tunnel tunnel = (Tunnel) key.attachment();
        try {
            tunnel.backendReady(key);
        } catch (RuntimeException e) { // one tunnel's, or the container's: the others go on
            Forwarder.LOGGER.log(System.Logger.Level.WARNING, "tunnel failed", e);
            tunnel.close();
        }
    }

    SelectionKey register(SocketChannel channel, int operations, Tunnel tunnel) throws IOException {
        try {
            SelectionKey key = channel.register(selector, operations, tunnel);
            selector.wakeup();
            return key;
        } catch (ClosedSelectorException e) {
            throw (IOException) new ClosedChannelException().initCause(e);
        }
    }

    /** Lets the selector see what was changed on its keys. */
    void wakeup() {
        if (Thread.currentThread() != thread) {
            selector.wakeup();
        }
    }

    /** Ends the thread and waits until it has ended. */
    void close() {
        closed = true;
        selector.wakeup();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
