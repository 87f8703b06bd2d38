package io.jvmroute.it;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Gives out free ports of 127.0.0.1, each once, below those that the system gives to outgoing connections. Test JVMs that run side by side have ports of their own. */
public final class FreePorts {
    private static final int RANGE = 4_000;
    private static final int FIRST = 20_000 + Integer.getInteger("jvmroute.it.fork", 0) % 3 * RANGE;
    private static final int LAST = FIRST + RANGE;

    private int next = ThreadLocalRandom.current().nextInt(FIRST, LAST - RANGE / 4);

    /** The next one. */
    public int take() {
        while (next < LAST) {
            int port = next++;
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port up to " + LAST);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
