package io.jvmroute.jetty;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.testing.RawPeer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;

/** Each response carries the nonce of its request, whatever clients and backends break off around it: none is mixed up, no connection is lost. */
class NonceTest {
    private static final int CLIENTS = 16;
    private static final int REQUESTS = 1_000;

    /** Answers with the nonce, a body of it, and now and then breaks off or closes behind itself. */
    private static final class Nonces extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            String nonce = request.getHeaders().get("Nonce");
            int size = Integer.parseInt(request.getHeaders().get("Size"));
            String body = Content.Source.asString(request);
            Random random = new Random(nonce.hashCode());
            if (!body.equals("b".repeat(bodyLength(request)))) {
                Response.writeError(request, response, callback, 500, "body of " + body.length());
                return true;
            }
            response.getHeaders().put("Nonce", nonce);
            byte[] answer = (nonce + ' ').repeat(size).getBytes(ISO_8859_1);
            boolean closes = random.nextInt(10) == 0;
            if (closes) {
                response.getHeaders().put("Connection", "close");
            }
            if (closes || random.nextBoolean()) { // else nobody could tell a body that is broken off from a whole one
                response.getHeaders().put("Content-Length", answer.length);
            }
            if (random.nextInt(25) == 0) {
                response.write(false, ByteBuffer.wrap(answer, 0, answer.length / 2), Callback.NOOP);
                callback.failed(new Broken());
                return true;
            }
            response.write(true, ByteBuffer.wrap(answer), callback);
            return true;
        }

        private static int bodyLength(Request request) {
            return Integer.parseInt(request.getHeaders().get("Body"));
        }
    }

    private static final class Broken extends IOException implements org.eclipse.jetty.io.QuietException {
        private static final long serialVersionUID = 1;
    }

    @Test
    void randomAborts_mixNothingUp() throws Exception {
        String cluster = "test-" + UUID.randomUUID();
        List<Integer> ports = EmbeddedNode.freePorts(2);
        try (EmbeddedNode frontend = new EmbeddedNode(cluster, "n1", ports.get(0), ports, Map.of());
                EmbeddedNode owner = new EmbeddedNode(cluster, "n2", ports.get(1), ports, Map.of())) {
            // Less than a large answer: its writes end later and elsewhere than where they began.
            frontend.connector.setAcceptedSendBufferSize(16 * 1024);
            frontend.with(new Nonces()).start();
            owner.with(new Nonces()).start();
            for (EmbeddedNode node : List.of(frontend, owner)) {
                await().until(() -> ((Object[]) node.jmx("Nodes")).length == 2);
            }
            ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
            List<Future<Integer>> runs = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int seed = i;
                runs.add(threads.submit(() -> run(frontend.port(), seed)));
            }
            int whole = 0;
            for (Future<Integer> run : runs) {
                whole += run.get();
            }
            threads.shutdown();

            assertThat(whole).isGreaterThan(CLIENTS * REQUESTS / 2);
            await().until(() -> frontend.jmx("ForwardsInFlight").equals(0));
            await().until(() -> frontend.jmx("BackendConnections").equals(frontend.jmx("IdleBackendConnections")));
        }
    }

    /** How many answers came whole. */
    private static int run(int port, int seed) throws IOException {
        Random random = new Random(seed);
        int whole = 0;
        RawPeer client = RawPeer.connect(port);
        for (int i = 0; i < REQUESTS; i++) {
            String nonce = seed + "-" + i + "-" + Long.toHexString(random.nextLong());
            int size = random.nextInt(20) == 0 ? 5_000 + random.nextInt(5_000) : random.nextInt(20);
            int body = random.nextInt(3) == 0 ? random.nextInt(random.nextInt(10) == 0 ? 200_000 : 3_000) : 0;
            boolean chunked = random.nextBoolean();
            String framing =
                    body == 0 ? "" : chunked ? "Transfer-Encoding: chunked\r\n" : "Content-Length: " + body + "\r\n";
            String content = "b".repeat(body);
            if (body > 0 && chunked) {
                content = Integer.toHexString(body) + "\r\n" + content + "\r\n0\r\n\r\n";
            }
            int abort = random.nextInt(30);
            boolean good = false;
            try {
                String request = (body == 0 ? "GET" : "POST")
                        + " / HTTP/1.1\r\nHost: a\r\nCookie: JSESSIONID=abc.n2\r\nNonce: " + nonce + "\r\nSize: " + size
                        + "\r\nBody: " + body + "\r\n" + framing + "\r\n" + content;
                client.write(abort == 0 ? request.substring(0, 1 + random.nextInt(request.length())) : request);
                good = abort > 1 && readWhole(client, nonce, size);
            } catch (IOException e) {
                good = false; // broken off
            }
            if (good) {
                whole++;
            } else {
                client.close();
                client = RawPeer.connect(port);
            }
        }
        client.close();
        return whole;
    }

    private static boolean readWhole(RawPeer client, String nonce, int size) throws IOException {
        String head = client.readHead();
        if (!head.startsWith("HTTP/1.1 200")) {
            assertThat(head).startsWith("HTTP/1.1 502"); // broken off before its head
            return false;
        }
        assertThat(head).contains("Nonce: " + nonce + "\r\n");
        String expected = (nonce + ' ').repeat(size);
        if (head.contains("Content-Length: ")) {
            String length = head.replaceAll("(?s).*Content-Length: (\\d+).*", "$1");
            assertThat(client.read(Integer.parseInt(length))).isEqualTo(expected);
            return !head.contains("Connection: close");
        }
        StringBuilder body = new StringBuilder();
        while (true) {
            int part = Integer.parseInt(client.readUntil("\r\n").strip(), 16);
            body.append(client.read(part));
            client.read(2);
            if (part == 0) {
                assertThat(body.toString()).isEqualTo(expected);
                return !head.contains("Connection: close");
            }
        }
    }
}
