package io.jvmroute.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmroute.http.ClientEnd;
import io.jvmroute.http.Exchange;
import io.jvmroute.http.FieldSink;
import io.jvmroute.http.RequestHead;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reads by the address at the other end; the contract of the containers has the rest. */
final class StatusAccessTest {
    private final StatusAccess access = new StatusAccess(null, "192.0.2.7"::equals);

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, localhost, true",
        "127.0.0.1, LOCALHOST:8080, true",
        "127.8.9.10, 127.0.0.1:8080, true",
        "0:0:0:0:0:0:0:1, [::1]:8080, true",
        "::1%lo, n1.localhost, true",
        "[::1], [::1], true",
        "127.0.0.1, rebound.example, false", // DNS rebinding
        "127.0.0.1, 127.0.0.1.example, false",
        "127.0.0.1, localhost@evil.example, false",
        "192.0.2.7, n1.example, true", // allowed
        "192.0.2.8, localhost, false",
        "::ffff:192.0.2.7, localhost, false",
        "'', localhost, false" // a connection that something else speaks for
    })
    void read_byPeerAndHost(String peer, String host, boolean allowed) {
        assertThat(access.mayRead(new Asked(host), peer)).isEqualTo(allowed);
    }

    /** A request that names a host and nothing else. */
    private record Asked(String host) implements Exchange, RequestHead {
        @Override
        public RequestHead head() {
            return this;
        }

        @Override
        public String header(String name) {
            return name.equals("Host") ? host : null;
        }

        @Override
        public void requestFields(FieldSink sink) {
            sink.field("Host", host);
        }

        @Override
        public ClientEnd client() {
            return new ClientEnd("127.0.0.1", 1, "http", "localhost", 80);
        }

        @Override
        public String method() {
            return "GET";
        }

        @Override
        public String target() {
            return "/s";
        }

        @Override
        public String path() {
            return "/s";
        }

        @Override
        public String requestedSessionId() {
            return null;
        }

        @Override
        public String cookie(String name) {
            return null;
        }
    }
}
