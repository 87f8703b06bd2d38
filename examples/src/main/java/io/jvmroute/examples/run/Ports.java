package io.jvmroute.examples.run;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.function.IntPredicate;

/** Gives out ports of this machine: the preferred one, or the next above it that is free. */
final class Ports {

    private static final int LAST = 32_000;

    private final IntPredicate isFree;
    private final Set<Integer> given = new HashSet<>();

    /** Ports that nobody listens on and no other runner has claimed. */
    Ports(PortClaims claims) {
        this(port -> canBind(port) && claims.claim(port));
    }

    Ports(IntPredicate isFree) {
        this.isFree = isFree;
    }

    /** Never the same one twice. */
    int take(int preferred) {
        for (int port = preferred; port < LAST; port++) {
            if (!given.contains(port) && isFree.test(port)) {
                given.add(port);
                return port;
            }
        }
        throw new IllegalStateException("no free port from " + preferred + " to " + LAST);
    }

    private static boolean canBind(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
