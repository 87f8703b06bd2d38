package io.jvmroute.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/** A port of loopback that a network will swallow: what is connected by then looks as if it were well. */
public final class BlackHole implements AutoCloseable {
    private static final int MOST_QUEUED = 100;
    private static final int FULL_MILLIS = 1_000;

    private final ServerSocket listener;
    private final List<Socket> queued = new ArrayList<>();

    public BlackHole() throws IOException {
        this(0);
    }

    /** At a port of the caller's. */
    public BlackHole(int port) throws IOException {
        listener = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** The next connection that came before {@link #swallow}. */
    public RawPeer accept() throws IOException {
        listener.setSoTimeout(180_000);
        return new RawPeer(listener.accept());
    }

    /** From here on the kernel drops what asks for a connection: so many wait that no other one fits. */
    public void swallow() throws IOException {
        while (queued.size() < MOST_QUEUED) {
            Socket socket = new Socket();
            queued.add(socket);
            try {
                socket.connect(new InetSocketAddress(listener.getInetAddress(), port()), FULL_MILLIS);
            } catch (SocketTimeoutException full) {
                return;
            }
        }
        throw new AssertionError("never full");
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : queued) {
            socket.close();
        }
    }
}
