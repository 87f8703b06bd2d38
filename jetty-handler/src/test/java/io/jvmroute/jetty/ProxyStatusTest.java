package io.jvmroute.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a frontend answers itself. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ProxyStatusTest extends FrontendTestBase {
    private String get(String... fields) throws Exception {
        return exchange("GET / HTTP/1.1", "Host: a", "Connection: close", String.join("\r\n", fields), "");
    }

    @ParameterizedTest
    @CsvSource({
        "'',connection_terminated",
        "'HTTP/1.1 200 OK\r\nConte',http_response_incomplete",
        "'SSH-2.0-OpenSSH_9.2\r\n\r\n',http_protocol_error",
        "'HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n',http_protocol_error"
    })
    void badResponse_is502(String response, String error) throws Exception {
        backend.follow(peer -> {
            peer.readHead();
            peer.write(response);
            peer.socket.shutdownOutput();
            peer.awaitEnd();
        });

        assertThat(get("X: 1"))
                .startsWith("HTTP/1.1 502")
                .containsOnlyOnce("\r\nProxy-Status: jvmroute; error=" + error + "\r\n")
                .doesNotContain("Retry-After")
                .endsWith("\r\n\r\n502 the node of this session failed\n");
    }

    @Test
    void largeHead_is502() throws Exception {
        backend.follow(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 200 OK\r\nX: " + "x".repeat(100_000));
            peer.awaitEnd();
        });

        assertThat(get("X: 1")).contains("error=http_response_header_section_size");
    }

    @Test
    void forgedHop_is400() throws Exception {
        assertThat(get("Jvmroute-Hop: x"))
                .startsWith("HTTP/1.1 400")
                .contains("\r\nProxy-Status: jvmroute; error=http_request_error\r\n");
    }

    @Test
    void backendsOwnError_isPassedAsItIs() throws Exception {
        backend.follow(peer -> {
            peer.readHead();
            peer.write(lines("HTTP/1.1 503 Own", "Content-Length: 0", "Proxy-Status: other; error=dns_error", ""));
        });

        assertThat(get("X: 1"))
                .startsWith("HTTP/1.1 503")
                .containsOnlyOnce("Proxy-Status")
                .contains("Proxy-Status: other; error=dns_error")
                .doesNotContain("Retry-After");
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void nobodyListens_is503() throws Exception {
        backend.close();

        assertThat(get("X: 1"))
                .startsWith("HTTP/1.1 503")
                .contains("\r\nProxy-Status: jvmroute; error=connection_refused\r\n", "\r\nRetry-After: 1\r\n");
        assertThat(get("X: 1"))
                .startsWith("HTTP/1.1 503")
                .contains("\r\nProxy-Status: jvmroute; error=destination_unavailable\r\n");
    }
}
