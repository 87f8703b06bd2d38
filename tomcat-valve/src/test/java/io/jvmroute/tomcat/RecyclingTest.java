package io.jvmroute.tomcat;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmroute.testing.RawPeer;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Tomcat keeps the arrays of response fields and writes the digits of a later response into them: they must be of nobody else by then. */
class RecyclingTest extends FrontendTestBase {
    @Test
    void arraysThatTomcatKeeps_areNotThoseThatTheNextResponseIsReadInto() throws Exception {
        CountDownLatch written = new CountDownLatch(1);
        backend.follow(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 200 OK\r\n" + "X-Kept: 1\r\n".repeat(8) + "Content-Length: 0\r\n\r\n");
            peer.readHead();
            peer.write(lines("HTTP/1.1 103 Early Hints", "Link: </a>", "") + "HTTP/1.1 2");
            written.await();
            peer.write(lines("00 OK", "Content-Length: 2", "") + "hi");
        });
        try (RawPeer first = client();
                RawPeer second = client()) {
            second.write(lines(
                    "GET / HTTP/1.1",
                    "Host: a")); // what Tomcat works on it with is not what it works on the first with
            first.write(lines("GET / HTTP/1.1", "Host: a", ""));
            assertThat(first.readHead()).startsWith("HTTP/1.1 200");
            second.write(lines(""));
            assertThat(second.readHead()).startsWith("HTTP/1.1 103");

            first.write(lines("GET / HTTP/1.1", "Host: a", "Jvmroute-Hop: forged", ""));
            assertThat(first.readHead()).startsWith("HTTP/1.1 400").contains("Content-Length: ");
            written.countDown();

            assertThat(second.readHead()).startsWith("HTTP/1.1 200");
            assertThat(second.read(2)).isEqualTo("hi");
        }
    }
}
