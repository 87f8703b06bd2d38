package io.jvmroute.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trailers through a hop. */
final class ForwarderTrailerTest extends ForwarderTestBase {
    private ScriptedBackend echoingTrailers(CompletableFuture<String> last) throws Exception {
        return backend(peer -> {
            peer.readHead();
            for (int chunk; (chunk = peer.readChunkSize()) > 0; peer.readBody(2)) {
                peer.readBody(chunk);
            }
            String trailers = "\r\n";
            while (!trailers.endsWith("\r\n\r\n")) {
                trailers += (char) peer.in.read();
                if (trailers.equals("\r\n\r\n")) {
                    break;
                }
            }
            last.complete(trailers.substring(2));
            peer.respond("");
            peer.awaitEnd();
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 70_000, MIB})
    void requestTrailers_goOnBehindTheLastChunk(int size) throws Exception {
        CompletableFuture<String> last = new CompletableFuture<>();
        FakeExchange exchange = new FakeExchange("POST", "/").body(-1, parts(size == 0 ? 0 : 1, i -> new byte[size]));
        exchange.requestTrailers = Map.of("X-Sum", "1", "Jvmroute-Hop", "forged");

        assertDone(exchange, echoingTrailers(last), 200);

        assertThat(last.get()).isEqualTo("X-Sum: 1\r\n\r\n");
        assertIdle(1);
    }

    @Test
    void requestTrailers_tooLong_areLeftOut() throws Exception {
        CompletableFuture<String> last = new CompletableFuture<>();
        FakeExchange exchange = new FakeExchange("POST", "/").body(-1, parts(1, i -> new byte[9]));
        exchange.requestTrailers = Map.of("X", "1".repeat(100_000));

        assertDone(exchange, echoingTrailers(last), 200);

        assertThat(last.get()).isEqualTo("\r\n");
    }

    @Test
    void responseTrailers_goToTheClient() throws Exception {
        ScriptedBackend backend = backend(peer -> {
            peer.readHead();
            peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n");
            peer.write("2\r\nhi\r\n0\r\nX-Sum: 1\r\nContent-Length: 3\r\n\r\n");
            peer.readHead();
            peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
            peer.awaitEnd();
        });
        FakeExchange exchange = FakeExchange.get();
        FakeExchange next = FakeExchange.get();

        assertDone(exchange, backend, 200);
        assertDone(next, backend, 200);

        assertThat(exchange.responseFields).containsExactly("Trailer: X-Sum");
        assertThat(exchange.responseTrailers).containsExactly(entry("X-Sum", "1"));
        assertThat(next.responseTrailers).isEmpty();
        assertIdle(1);
    }
}
