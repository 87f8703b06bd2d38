package io.jvmroute.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.testing.RawPeer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that begin requests and do not end them. */
class SlowClientTest extends FrontendTestBase {
    private static final int IDLE_MILLIS = 1000;

    /** With the client whose request has come, and no other: on a busy machine its begin may take long. */
    private void limitPatience() {
        await().until(() -> frontend.jmx("ForwardsInFlight").equals(1));
        frontend.connector.getConnectedEndPoints().forEach(client -> client.setIdleTimeout(IDLE_MILLIS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 10", "Content-Length: 100000", "Transfer-Encoding: chunked"})
    void body_thatDoesNotEnd_endsTheForward(String framing) throws Exception {
        backend.follow(RawPeer::awaitEnd);
        String part = framing.endsWith("chunked") ? "5\r\nhello\r\n" : "hello";
        try (RawPeer client = client()) {
            client.write("POST / HTTP/1.1\r\nHost: a\r\n" + framing + "\r\n\r\n" + part);
            limitPatience();

            assertThat(client.readAll()).startsWith("HTTP/1.1 408").contains("error=http_request_error");
        }
        await().until(() -> frontend.jmx("BackendConnections").equals(0));
    }

    @Test
    void client_thatWaitsForASlowAnswer_isNotSlow() throws Exception {
        backend.follow(peer -> {
            peer.readHead();
            limitPatience();
            Thread.sleep(3 * IDLE_MILLIS); // a slow application is what this is about
            peer.write("HTTP/1.1 204 Late\r\nConnection: close\r\n\r\n");
        });

        assertThat(exchange("GET / HTTP/1.1", "Host: a", "Connection: close", ""))
                .startsWith("HTTP/1.1 204");
    }
}
