package io.jvmroute.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Backends that fall silent. No other answer is possible here, so that a slow machine changes nothing. */
class TimeoutTest extends FrontendTestBase {
    @Override
    Map<String, String> options() {
        return Map.of("responseTimeout", "5s", "idleTimeout", "1s");
    }

    @ParameterizedTest
    @CsvSource({"'',504", "'HTTP/1.1 200 OK\r\nX: ',504", "'HTTP/1.1 102 Processing\r\n\r\n',504"})
    void silentBackend_isATimeout(String said, int status) throws Exception {
        backend.follow(peer -> {
            peer.readHead();
            peer.write(said);
            peer.awaitEnd();
        });

        assertThat(exchange("GET / HTTP/1.1", "Host: a", "Connection: close", ""))
                .startsWith("HTTP/1.1 " + status)
                .contains("Proxy-Status: jvmroute; error=connection_read_timeout")
                .endsWith(status + " the node of this session did not answer in time\n");
    }

    @Test
    void bodyThatStandsStill_isBrokenOff() throws Exception {
        backend.follow(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhi");
            peer.awaitEnd();
        });

        assertThat(exchange("GET / HTTP/1.1", "Host: a", "Connection: close", ""))
                .endsWith("\r\n\r\nhi");
    }
}
