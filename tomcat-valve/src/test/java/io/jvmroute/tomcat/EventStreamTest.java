package io.jvmroute.tomcat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.testing.Http2Client;
import io.jvmroute.testing.RawPeer;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.apache.coyote.http2.HeaderReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams that go on for long, and clients that do not wait for their end. */
class EventStreamTest extends FrontendTestBase {
    private static final String HEAD = lines("HTTP/1.1 200 OK", "Content-Type: text/event-stream", "");
    private static final String REQUEST = lines("GET /events HTTP/1.1", "Host: a", "");

    private static final int PACE_MILLIS = 20; // more often than the frontend looks
    private static final long GOES_ON_NANOS = Duration.ofSeconds(5).toNanos();

    private final Semaphore asked = new Semaphore(0);

    /** Longer than anything here waits: that a client went is not found by its backend's silence. */
    @Override
    Map<String, String> timeouts() {
        return Map.of("responseTimeout", "1h", "idleTimeout", "1h");
    }

    @AfterEach
    void nobodyIsSuspect() throws Exception {
        assertThat(((String[]) frontend.jmx("Nodes"))).hasSize(1).noneMatch(node -> node.contains("SUSPECT"));
    }

    /** Writes an event when told, until it is told to be silent; then the connection must end. */
    private void stream(String head) {
        asked.drainPermits();
        backend.follow(peer -> {
            peer.readHead();
            asked.release();
            peer.write(head);
            for (String event = seen.take(); !event.equals("silence"); event = seen.take()) {
                peer.write(event);
            }
            peer.awaitEnd();
        });
    }

    @Test
    void events_comeOneByOne() throws Exception {
        stream(HEAD);
        try (RawPeer client = client()) {
            client.write(REQUEST);
            assertThat(client.readHead()).contains("text/event-stream");
            for (int i = 0; i < 5; i++) {
                seen.add("data: " + i + "\n\n");
                assertThat(client.readUntil("data: " + i + "\n\n\r\n")).isNotEmpty();
            }
            seen.add("silence");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\nX: 1\r\n\r\n"})
    void abort_whileTheBackendIsSilent_endsItsConnection(String head) throws Exception {
        stream(head);
        seen.add("silence");
        try (RawPeer client = client()) {
            client.write(REQUEST);
            if (!head.isEmpty()) {
                client.readHead();
            }
        }
        backend.verify();
    }

    /** Goes on and on, so that no look finds the client's connection quiet, until its own ends. */
    private static void goOn(RawPeer peer) throws Exception {
        peer.readHead();
        peer.write(HEAD);
        long end = System.nanoTime() + GOES_ON_NANOS;
        while (System.nanoTime() < end) {
            try {
                peer.write("data: 1\n\n");
            } catch (IOException e) {
                return; // as it should
            }
            Thread.sleep(PACE_MILLIS);
        }
        throw new AssertionError("still open");
    }

    @Test
    void abort_whileTheBackendGoesOn_endsItsConnection() throws Exception {
        backend.follow(EventStreamTest::goOn);
        try (RawPeer client = client()) {
            client.write(REQUEST);
            client.readUntil("data: 1\n\n");
        }
        backend.verify();
    }

    @Test
    void http2_resetWhileTheBackendGoesOn_endsItsConnection() throws Exception {
        backend.follow(EventStreamTest::goOn);
        try (Http2Client client = new Http2Client(frontend.port(), new HeaderReader()::read)) {
            int stream = client.request("GET", "/events", true);
            assertThat(client.next(stream).fields()).contains(":status: 200");
            client.reset(stream);
            backend.verify();
        }
    }

    @Test
    void abort_afterARequestWithABody_endsItsConnection() throws Exception {
        backend.follow(peer -> {
            peer.readHead();
            peer.read(2);
            peer.awaitEnd();
        });
        try (RawPeer client = client()) {
            client.write(lines("POST / HTTP/1.1", "Host: a", "Content-Length: 2", "", "hi")
                    .strip());
        }
        backend.verify();
    }

    private void stillInFlight() {
        await().pollDelay(Duration.ofMillis(1200))
                .until(() -> frontend.jmx("ForwardsInFlight").equals(1));
    }

    @Test
    void pipelinedRequest_isNoAbort() throws Exception {
        backend.follow(peer -> {
            for (int i = 0; i < 3; i++) {
                String head = peer.readHead();
                if (head.startsWith("GET /events")) {
                    seen.take();
                }
                peer.write(lines("HTTP/1.1 200 OK", "Content-Length: 0", "X: " + i, ""));
            }
        });
        try (RawPeer client = client()) {
            client.write(REQUEST);
            stillInFlight(); // looks at the client find nothing
            client.write(lines("GET /second HTTP/1.1", "Host: a", "", "GET /third HTTP/1.1", "Host: a", ""));
            stillInFlight(); // and now find bytes
            seen.add("go on");
            for (int i = 0; i < 3; i++) {
                assertThat(client.readHead()).contains("X: " + i);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\nX: 1\r\n\r\n"})
    void http2_resetOrClosed_endsTheBackendsConnection(String head) throws Exception {
        for (boolean reset : new boolean[] {true, false}) {
            stream(head);
            seen.add("silence");
            try (Http2Client client = new Http2Client(frontend.port(), new HeaderReader()::read)) {
                int stream = client.request("GET", "/events", true);
                asked.acquire(); // else the forward may end before it has begun to send
                if (!head.isEmpty()) {
                    assertThat(client.next(stream).fields()).contains(":status: 200");
                }
                if (reset) {
                    client.reset(stream);
                    backend.verify();
                }
            }
            backend.verify();
        }
    }
}
