package io.jvmroute.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.testing.RawPeer;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What is over the limit of forwards is refused at once. */
class LimitTest extends FrontendTestBase {
    @Override
    Map<String, String> options() {
        return Map.of("maxForwards", "2");
    }

    @Test
    void thirdForward_is503AtOnce() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        backend.follow(peer -> {
            peer.readHead();
            answer.await();
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi");
        });
        try (RawPeer first = client();
                RawPeer second = client()) {
            first.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            second.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            await().until(() -> frontend.jmx("ForwardsInFlight").equals(2));

            assertThat(exchange("GET / HTTP/1.1", "Host: a", "Connection: close", ""))
                    .startsWith("HTTP/1.1 503")
                    .contains("Retry-After: 1", "Proxy-Status: jvmroute; error=connection_limit_reached");

            answer.countDown();
            assertThat(first.readHead()).startsWith("HTTP/1.1 200");
            assertThat(second.readHead()).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void connectAndTrace_areRefused() throws Exception {
        for (String request : new String[] {"TRACE / HTTP/1.1", "CONNECT a:80 HTTP/1.1"}) {
            try (RawPeer client = client()) {
                client.write(request + "\r\nHost: a:80\r\n\r\n");
                assertThat(client.readHead()).startsWith("HTTP/1.1 501");
            }
        }
    }
}
