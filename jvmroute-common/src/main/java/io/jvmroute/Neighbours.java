package io.jvmroute;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/** The other members of the cluster as the configuration names them, whether they run or not. */
final class Neighbours {
    private final AffinityConfig config;

    Neighbours(AffinityConfig config) {
        this.config = config;
    }

    /** Those that accept a connection, this node aside. Waits at most {@code limit} for each. */
    List<String> listening(Duration limit) {
        return config.members().stream()
                .filter(member -> listens(member, limit))
                .toList();
    }

    private boolean listens(String member, Duration limit) {
        URI address = URI.create("member://" + member.strip());
        int port = address.getPort() < 0 ? config.hazelcastPort() : address.getPort();
        if (address.getHost() == null) {
            return false; // a range of addresses
        }
        try (Socket socket = new Socket()) {
            InetAddress host = InetAddress.getByName(address.getHost());
            if (port == config.hazelcastPort() && host.equals(InetAddress.getByName(config.bindAddress()))) {
                return false;
            }
            socket.connect(new InetSocketAddress(host, port), Math.toIntExact(limit.toMillis()));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
