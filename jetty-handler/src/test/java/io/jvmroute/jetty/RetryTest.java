package io.jvmroute.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.testing.RawPeer;
import java.io.EOFException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Backends that go away at the wrong moment: what is sent again, and what the client is told. */
class RetryTest extends FrontendTestBase {
    private static String ok(String more) {
        return "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" + more + "\r\nhi";
    }

    /** Answers once on its first connection, then closes that after it has read the next request; serves all that comes on others. */
    private AtomicInteger staleOnce(int body) {
        AtomicInteger connections = new AtomicInteger();
        AtomicInteger requests = new AtomicInteger();
        backend.follow(peer -> {
            boolean first = connections.incrementAndGet() == 1;
            peer.readHead();
            requests.incrementAndGet();
            if (!first) {
                peer.read(body);
            }
            peer.write(ok(first ? "" : "Connection: close\r\n"));
            if (first) {
                peer.readHead();
                requests.incrementAndGet();
                peer.read(body);
            }
        });
        return requests;
    }

    private String sendTwice(String request) throws Exception {
        try (RawPeer client = client()) {
            client.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            client.readHead();
            client.read(2);
            client.write(request);
            return client.readHead();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "DELETE", "OPTIONS", "HEAD"})
    void reusedConnectionDies_repeatableRequest_isSentAgain(String method) throws Exception {
        String body = method.equals("PUT") || method.equals("DELETE") ? "hello" : "";
        AtomicInteger requests = staleOnce(body.length());

        assertThat(sendTwice(method + " / HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length() + "\r\n\r\n" + body))
                .startsWith("HTTP/1.1 200");
        assertThat(requests).hasValue(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PATCH"})
    void reusedConnectionDies_otherRequest_is502(String method) throws Exception {
        String request = method + " / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";
        AtomicInteger dead = new AtomicInteger();
        backend.follow(peer -> {
            boolean reused = false;
            try {
                while (peer.readHead().startsWith("GET")) {
                    peer.write(ok(""));
                    reused = true;
                }
                peer.read(5);
                if (reused) {
                    dead.incrementAndGet();
                } else {
                    peer.write(ok("Connection: close\r\n"));
                }
            } catch (EOFException e) { // it was not used again
                assertThat(reused).isTrue();
            }
        });
        String answer;
        do { // where the machine is so busy that a connection is not just used any more, a fresh one is taken
            answer = sendTwice(request);
        } while (dead.get() == 0);

        assertThat(answer).startsWith("HTTP/1.1 502").contains("Proxy-Status: jvmroute; error=connection_terminated");
        assertThat(dead).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST"})
    void idleConnectionClosedByTheBackend_isNotUsed(String method) throws Exception {
        AtomicInteger connections = new AtomicInteger();
        backend.follow(peer -> {
            connections.incrementAndGet();
            peer.readHead();
            peer.write(ok(""));
        });
        for (int i = 1; i <= 20; i++) {
            assertThat(exchange(method + " / HTTP/1.1", "Host: a", "Connection: close", "Content-Length: 0", ""))
                    .startsWith("HTTP/1.1 200");
            await().until(() -> frontend.jmx("BackendConnections").equals(0)); // heard of at once, without a request
        }
        assertThat(connections).hasValue(20);
    }

    @Test
    void surplusBytes_neverReachTheNextRequest() throws Exception {
        backend.follow(peer -> {
            peer.readHead();
            peer.write(ok("") + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
            peer.awaitEnd();
        });
        for (int i = 0; i < 5; i++) {
            assertThat(exchange("GET / HTTP/1.1", "Host: a", "Connection: close", ""))
                    .endsWith("\r\n\r\nhi")
                    .doesNotContain("evil");
        }
    }

    @Test
    void unsolicitedResponse_onAnIdleConnection_closesIt() throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        backend.follow(peer -> {
            peer.readHead();
            peer.write(ok(""));
            answered.await();
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
            peer.awaitEnd();
        });
        assertThat(exchange("GET / HTTP/1.1", "Host: a", "Connection: close", ""))
                .endsWith("hi");
        await().until(() -> frontend.jmx("IdleBackendConnections").equals(1));
        answered.countDown();

        await().until(() -> frontend.jmx("BackendConnections").equals(0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 10000000", "Transfer-Encoding: chunked"})
    void earlyAnswer_duringAnUpload_isPassedOn(String framing) throws Exception {
        backend.follow(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\nno");
            peer.awaitEnd();
        });
        try (RawPeer client = client()) {
            client.write("POST / HTTP/1.1\r\nHost: a\r\n" + framing + "\r\n\r\n"
                    + (framing.contains("chunked") ? "5\r\nhello\r\n" : "hello"));
            assertThat(client.readHead()).startsWith("HTTP/1.1 401").contains("Connection: close");
            assertThat(client.read(2)).isEqualTo("no");
            assertThat(client.in.read()).isEqualTo(-1); // the rest of the body is not waited for
        }
    }

    @Test
    void answerDuringAnUpload_comesInTurnsWithIt() throws Exception {
        backend.follow(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < 3; i++) {
                peer.readUntil("2\r\nx" + i + "\r\n");
                peer.write("2\r\ny" + i + "\r\n");
            }
            peer.readUntil("0\r\n\r\n");
            peer.write("0\r\n\r\n");
        });
        try (RawPeer client = client()) {
            client.write("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 200");
            for (int i = 0; i < 3; i++) {
                client.write("2\r\nx" + i + "\r\n");
                client.readUntil("y" + i);
            }
            client.write("0\r\n\r\n");
            client.readUntil("0\r\n\r\n");
        }
    }

    @Test
    void clientBreaksItsBodyOff_isNoFaultOfTheBackend() throws Exception {
        backend.follow(peer -> {
            peer.readHead();
            peer.awaitEnd();
        });
        try (RawPeer client = client()) {
            client.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nhello");
            await().until(() -> frontend.jmx("BackendConnections").equals(1));
        }
        backend.verify();
        assertThat((String[]) frontend.jmx("Nodes")).noneMatch(node -> node.contains("SUSPECT"));
    }
}
