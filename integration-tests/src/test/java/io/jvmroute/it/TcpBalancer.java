package io.jvmroute.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Hands connections to nodes in turn, and to the next where one refuses them. Knows nothing of HTTP, of health or of us. */
final class TcpBalancer implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
    private final AtomicInteger turn = new AtomicInteger();
    private final List<Integer> ports;

    TcpBalancer(List<Integer> ports) throws IOException {
        this.ports = ports;
        run("balancer", () -> {
            while (true) {
                Socket client = listener.accept();
                run("balancer-client", () -> carry(client));
            }
        });
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort() + path);
    }

    private void carry(Socket client) throws IOException {
        try (client;
                Socket node = connect()) {
            client.setTcpNoDelay(true);
            node.setTcpNoDelay(true);
            run("balancer-node", () -> pump(node, client));
            pump(client, node);
        }
    }

    private Socket connect() throws IOException {
        IOException last = new IOException("no node");
        for (int i = 0; i < ports.size(); i++) {
            try {
                return new Socket(
                        InetAddress.getLoopbackAddress(),
                        ports.get(Math.floorMod(turn.getAndIncrement(), ports.size())));
            } catch (IOException refused) {
                last = refused;
            }
        }
        throw last;
    }

    private static void pump(Socket from, Socket to) throws IOException {
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void run(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // one end has gone, and the other goes with it
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
