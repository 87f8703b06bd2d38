package io.jvmroute.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a backend may write to end up in the answer of somebody else's request, or in the middle of one. */
public abstract class HostileBackendContract {
    private static final String OK = "HTTP/1.1 200 OK\r\n";
    private static final String CLEAN = OK + "Content-Length: 5\r\n\r\nclean";
    private static final String POISON = OK + "Content-Length: 6\r\nX-Poison: 1\r\n\r\npoison";

    private HostileBackend backend;
    private TestNode frontend;

    /** Starts a frontend. */
    protected abstract TestNode startFrontend(
            String cluster, int hazelcastPort, List<Integer> members, Map<String, String> options) throws Exception;

    @BeforeEach
    void start() throws Exception {
        backend = new HostileBackend();
        int hazelcast = TestNode.freePorts(1).get(0);
        Map<String, String> options = Map.of(
                "mode",
                "frontend",
                "backends",
                "b1=http://127.0.0.1:" + backend.port(),
                "connectTimeout",
                "10s",
                "responseTimeout",
                "1s");
        frontend = startFrontend("hostile-" + UUID.randomUUID(), hazelcast, List.of(hazelcast), options);
    }

    @AfterEach
    void stop() throws Exception {
        TwoNodes.awaitNothingLeft(frontend);
        frontend.close();
        backend.close();
    }

    private String send(String method) throws Exception {
        return RawClient.send(frontend.port(), method + " / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    }

    private void assertClean(int connections) throws Exception {
        assertClean();
        assertThat(backend.connections()).as("connections").isEqualTo(connections);
    }

    private void assertClean() throws Exception {
        backend.answer(CLEAN);
        assertThat(send("GET"))
                .startsWith("HTTP/1.1 200")
                .endsWith("\r\n\r\nclean")
                .doesNotContain("oison");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                OK + "X: a\rSet-Cookie: x=1\r\nContent-Length: 0\r\n\r\n",
                OK + "X: a\nSet-Cookie: x=1\r\nContent-Length: 0\r\n\r\n",
                OK + "X: a\u0000b\r\nContent-Length: 0\r\n\r\n",
                OK + "X: a\r\n folded\r\nContent-Length: 0\r\n\r\n",
                OK + "Content-Length : 0\r\n\r\n",
                OK + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                OK + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
                OK + "Content-Length: +5\r\n\r\nhello",
                OK + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
                "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "HTTP/2 200\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n" + POISON,
                "<html>hello</html>",
                "\r\n" + CLEAN,
                HostileBackend.CLOSE
            })
    void response_thatTwoReadDifferently_isRefused(String answer) throws Exception {
        backend.answer(answer.endsWith(HostileBackend.CLOSE) ? answer : answer + HostileBackend.CLOSE);

        String response = send("GET");

        assertThat(RawClient.statuses(response)).containsExactly("502");
        assertThat(response).doesNotContain("Set-Cookie");
        assertClean(/* connections= */ 2);
    }

    @Test
    void responseHead_tooLarge_isRefused() throws Exception {
        backend.answer(OK + "X: " + "x".repeat(70_000) + "\r\nContent-Length: 5\r\n\r\nhello");

        assertThat(RawClient.statuses(send("GET"))).containsExactly("502");
        assertClean(/* connections= */ 2);
    }

    @Test
    void responseHead_tooLargeForTheContainer_isAnError() throws Exception {
        backend.answer(OK + "X: " + "x".repeat(20_000) + "\r\nContent-Length: 5\r\n\r\nhello");

        assertThat(RawClient.statuses(send("GET")))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("5");
        assertClean();
    }

    @Test
    void responseFields_tooMany_areRefused() throws Exception {
        backend.answer(OK + "X: 1\r\n".repeat(300) + "Content-Length: 0\r\n\r\n");

        assertThat(RawClient.statuses(send("GET"))).containsExactly("502");
        assertClean(/* connections= */ 2);
    }

    @Test
    void response_clean_leavesTheConnectionForTheNext() throws Exception {
        assertClean(/* connections= */ 1);
        assertClean(/* connections= */ 1);
    }

    @Test
    void surplus_behindTheResponse_isForNobody() throws Exception {
        backend.answer(CLEAN + POISON);

        assertThat(send("GET")).endsWith("clean");
        assertClean(/* connections= */ 2);
    }

    @Test
    void surplus_behindTheLastChunk_isForNobody() throws Exception {
        backend.answer(OK + "Transfer-Encoding: chunked\r\n\r\n5\r\nclean\r\n0\r\n\r\n" + POISON);

        assertThat(send("GET")).contains("clean").doesNotContain("oison");
        assertClean(/* connections= */ 2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                OK + "Connection: close\r\nContent-Length: 5\r\n\r\nclean",
                OK + "connection: x, Close\r\nContent-Length: 5\r\n\r\nclean",
                "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nclean"
            })
    void response_thatAnnouncesTheEnd_isTheLastOfItsConnection(String answer) throws Exception {
        backend.answer(answer);

        assertThat(send("GET")).endsWith("clean");
        assertClean(/* connections= */ 2);
    }

    @Test
    void response_beforeTheRequestIsSentWhole_isTheLastOfItsConnection() throws Exception {
        backend.answer(CLEAN);

        try (RawPeer client = RawPeer.connect(frontend.port())) {
            client.write("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000000\r\n\r\n");
            while (client.in.available() == 0) { // the backend reads none of it, so that this comes to a stand
                client.write("a part\r\n");
            }
            assertThat(client.readHead()).startsWith("HTTP/1.1 200");
            assertThat(client.read(5)).isEqualTo("clean");
        }
        assertClean(/* connections= */ 2);
    }

    @Test
    void response_unasked_isForNobody() throws Exception {
        assertClean(/* connections= */ 1);
        backend.push(POISON);

        assertClean(/* connections= */ 2);
    }

    @Test
    void connection_closedWhileTheBodyTrickles_postGoesOnAFreshOne() throws Exception {
        assertClean(/* connections= */ 1);

        try (RawPeer client = RawPeer.connect(frontend.port())) {
            client.write("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhel");
            await().until(() -> frontend.jmx("ForwardsInFlight").equals(1));
            backend.hangUp();
            backend.answer(CLEAN); // once: sent twice, it would get no answer
            client.write("lo");
            assertThat(client.readHead()).startsWith("HTTP/1.1 200");
            assertThat(client.read(5)).isEqualTo("clean");
        }
        assertThat(backend.connections()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HEAD " + OK + "Content-Length: 66\r\n\r\n" + POISON,
                "HEAD " + OK + "Transfer-Encoding: chunked\r\n\r\n" + POISON,
                "GET HTTP/1.1 204 No Content\r\nContent-Length: 66\r\n\r\n" + POISON,
                "GET HTTP/1.1 204 No Content\r\n\r\n" + POISON,
                "GET HTTP/1.1 304 Not Modified\r\nContent-Length: 66\r\n\r\n" + POISON,
                "GET HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n" + POISON
            })
    void body_whereThereIsNone_isForNobody(String methodAndAnswer) throws Exception {
        int blank = methodAndAnswer.indexOf(' ');
        backend.answer(methodAndAnswer.substring(blank + 1));

        String response = send(methodAndAnswer.substring(0, blank));

        assertThat(RawClient.statuses(response)).hasSize(1);
        assertThat(response).endsWith("\r\n\r\n").doesNotContain("oison");
        assertClean(/* connections= */ 2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                OK + "Content-Length: 50\r\n\r\nhello" + HostileBackend.CLOSE,
                OK + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n" + HostileBackend.CLOSE,
                OK + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n" + HostileBackend.CLOSE,
                OK + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0x0\r\n\r\n" + HostileBackend.CLOSE,
                OK + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nfffffffffffffffff\r\n" + HostileBackend.CLOSE,
                OK + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX : 1\r\n\r\n" + HostileBackend.CLOSE,
                OK + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n5;<long>\r\nhello\r\n0\r\n\r\n"
                        + HostileBackend.CLOSE
            })
    void body_brokenOff_isSeenToBe(String answer) throws Exception {
        backend.answer(answer.replace("<long>", "x".repeat(5000)));

        String response = send("GET");

        boolean refused = response.startsWith("HTTP/1.1 502");
        boolean cutInChunks = response.startsWith("HTTP/1.1 200")
                && !response.contains("\r\n0\r\n")
                && response.stripTrailing().endsWith("hello");
        boolean cutBelowLength = response.contains("Content-Length: 50") && response.endsWith("hello");
        assertThat(refused || cutInChunks || cutBelowLength || response.isEmpty())
                .as(response)
                .isTrue();
        assertClean(/* connections= */ 2);
    }

    @Test
    void head_dribbled_isNotWaitedForForEver() throws Exception {
        backend.answer(HostileBackend.SLOWLY + OK + "X: " + "x".repeat(1000) + "\r\nContent-Length: 5\r\n\r\nhello"
                + HostileBackend.CLOSE);

        assertThat(RawClient.statuses(send("GET"))).containsExactly("504");
        assertClean(/* connections= */ 2);
    }

    @Test
    void interims_withoutEnd_areRefused() throws Exception {
        backend.answer("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(1000) + CLEAN);

        assertThat(RawClient.statuses(send("GET"))).contains("502").doesNotContain("200");
        assertClean(/* connections= */ 2);
    }
}
