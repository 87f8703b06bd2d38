package io.jvmroute.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.affinity.AffinityKey;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client may write into its head to be taken for somebody else, or to take something out of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class HopHeadersContract {
    private TwoNodes nodes;

    /** Starts them. */
    protected abstract TwoNodes two(String name) throws Exception;

    @BeforeAll
    void start() throws Exception {
        nodes = two("headers");
    }

    @AfterAll
    void stop() {
        nodes.close();
    }

    @BeforeEach
    void forget() {
        nodes.forget();
    }

    @AfterEach
    void nothingIsLeft() {
        TwoNodes.awaitNothingLeft(nodes.frontend);
    }

    private String send(TestNode to, String requestLine, String fields, String body) throws Exception {
        return RawClient.send(
                to.port(),
                requestLine + " HTTP/1.1\r\nHost: h.example\r\n" + nodes.cookie + "\r\nConnection: close\r\n" + fields
                        + "\r\n" + body);
    }

    private String seen(String... fields) throws Exception {
        String response = send(
                nodes.frontend, "POST /rec/head", String.join("\r\n", fields) + "\r\nContent-Length: 5\r\n", "hello");
        assertThat(RawClient.statuses(response)).containsExactly("200");
        assertThat(nodes.recorder.served).containsExactly("POST /rec/head hello");
        return response.substring(response.indexOf("POST /rec/head")).toLowerCase(java.util.Locale.ROOT);
    }

    @Test
    void connection_namingWhatTheOwnerTrusts_removesNothing() throws Exception {
        String seen = seen(
                "Connection: X-Forwarded-For, Forwarded",
                "Connection: Host,Cookie ,\tAuthorization, Content-Length,Content-Type,jvmroute-hop",
                "X-Forwarded-For: 6.6.6.6",
                "Forwarded: for=6.6.6.6",
                "Authorization: Basic x",
                "Content-Type: a/b");

        assertThat(seen)
                .contains(
                        "x-forwarded-for: 6.6.6.6",
                        "forwarded: for=6.6.6.6",
                        "authorization: basic x",
                        "content-type: a/b");
        assertThat(seen)
                .contains("host: h.example", "cookie: ", "content-length: 5", "client=127.0.0.1", "server=h.example");
        assertThat(nodes.owner.tickets).hasSize(1);
    }

    @Test
    void connection_namingOthers_removesThem() throws Exception {
        String seen = seen(
                "Connection: X-Mine, Keep-Alive, x_other",
                "X-Mine: 1",
                "x-mine: 2",
                "X-Other: 3",
                "X-Mine-Too: 4",
                "Keep-Alive: 5");

        assertThat(seen).doesNotContain("x-mine: ", "x-other: ", "keep-alive").contains("x-mine-too: 4");
    }

    @Test
    void aliases_areRemoved() throws Exception {
        String seen = seen(
                "X_Forwarded_For: 6.6.6.6",
                "X-Forwarded_Proto: https",
                "Jvmroute_Hop: x",
                "Transfer_Encoding: chunked",
                "Content_Length: 9",
                "Proxy_Connection: x");

        assertThat(seen).doesNotContain("_", "6.6.6.6", "jvmroute");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET http://evil.example/rec/x",
                "GET http://h.example@evil.example/rec/x",
                "GET http://evil.example:1/rec/x?http://h.example/",
                "GET //evil.example/rec/x",
                "GET /rec/@evil.example:1/x",
                "GET /rec/x?@evil.example",
                "GET /rec/\\\\evil.example",
                "GET /rec/..;/x",
                "GET /rec/{|}?{|}",
                "OPTIONS *",
                "GET http:/rec/x",
                "CONNECT evil.example:443",
                "GET evil.example/rec/x"
            })
    void target_thatNamesAnotherHost_goesToTheOwnerOrNowhere(String requestLine) throws Exception {
        String response = RawClient.send(
                nodes.frontend.port(),
                requestLine + " HTTP/1.1\r\nHost: "
                        + (requestLine.startsWith("GET http://")
                                ? requestLine.replaceAll("GET http://([^/]*@)?([^/]*)/.*", "$2")
                                : "h.example")
                        + "\r\nConnection: close\r\n" + nodes.cookie + "\r\n\r\n");

        assertThat(RawClient.statuses(response)).hasSize(1);
        assertThat(nodes.owner.requests).isEqualTo(nodes.frontend.requests);
    }

    private String ticket(String requestLine) throws Exception {
        nodes.owner.tickets.clear();
        assertThat(RawClient.statuses(send(nodes.frontend, requestLine, "", "")))
                .containsExactly("200");
        return nodes.owner.tickets.get(0);
    }

    private static String hop(String ticket) {
        return "Jvmroute-Hop: " + ticket + "\r\n";
    }

    private void assertRefused(TestNode by, String requestLine, String fields) throws Exception {
        nodes.forget();
        long before = (Long) by.jmx("ForgedHops");

        String response = send(by, requestLine, fields, "");

        assertThat(RawClient.statuses(response)).as(fields).containsExactly("400");
        assertThat(by.jmx("ForgedHops")).as(fields).isEqualTo(before + 1);
        assertThat(nodes.recorder.served).isEmpty();
        if (by == nodes.frontend) {
            assertThat(nodes.owner.requests).isEmpty();
        }
    }

    @Test
    void ticket_ofTheVeryRequest_isTaken() throws Exception {
        String ticket = ticket("GET /rec/a?b");

        assertThat(RawClient.statuses(send(nodes.owner, "GET /rec/a?b", hop(ticket), "")))
                .containsExactly("200");
    }

    @Test
    void ticket_ofAnotherRequest_isRefused() throws Exception {
        String ticket = ticket("GET /rec/a?b");

        for (String requestLine : List.of(
                "POST /rec/a?b",
                "get /rec/a?b",
                "GET /rec/a?c",
                "GET /rec/a",
                "GET /rec//a?b",
                "GET /rec/a?b&",
                "GET /rec/%61?b")) {
            assertRefused(nodes.owner, requestLine, hop(ticket));
        }
    }

    @Test
    void ticket_changed_isRefused() throws Exception {
        String ticket = ticket("GET /rec/a?b");
        int last = ticket.length() - 1;

        for (String forged : List.of(
                "",
                "x",
                ticket.substring(0, last),
                ticket.substring(1),
                ticket + "A",
                ticket + "~",
                ticket.replace("127.0.0.1", "6.6.6.6"),
                ticket.replace("127.0.0.1", "127.0.0.9"),
                ticket.substring(0, last / 2)
                        + (ticket.charAt(last / 2) == 'A' ? 'B' : 'A')
                        + ticket.substring(last / 2 + 1),
                ticket.replace('~', '.'),
                "x".repeat(5000),
                ticket.toLowerCase(java.util.Locale.ROOT))) {
            assertRefused(nodes.owner, "GET /rec/a?b", hop(forged));
            assertRefused(nodes.frontend, "GET /rec/a?b", hop(forged));
        }
    }

    @Test
    void tickets_two_areRefused() throws Exception {
        String ticket = ticket("GET /rec/a?b");

        assertRefused(nodes.owner, "GET /rec/a?b", hop(ticket) + hop("x"));
        assertRefused(nodes.owner, "GET /rec/a?b", hop("x") + hop(ticket));
        assertRefused(nodes.owner, "GET /rec/a?b", hop(ticket) + hop(ticket));
    }

    /** Its client's end is told in the ticket, which has its limit. */
    @ParameterizedTest
    @CsvSource({"h,4000", "!,1400"}) // the second is written as three bytes each
    void host_tooLongForATicket_isRefusedAndNobodyElseSuffers(String letter, int count) throws Exception {
        try (LogLines log = new LogLines("")) {
            String response = RawClient.send(
                    nodes.frontend.port(),
                    "GET /rec/x HTTP/1.1\r\nHost: " + letter.repeat(count) + "\r\nConnection: close\r\n" + nodes.cookie
                            + "\r\n\r\n");

            // Tomcat itself refuses a host with such a character
            assertThat(RawClient.statuses(response)).containsAnyOf("431", "400").hasSize(1);
            if (letter.equals("h")) {
                assertThat(response)
                        .startsWith("HTTP/1.1 431")
                        .contains("\r\nProxy-Status: jvmroute; error=http_request_error\r\n");
            }
            assertThat(log.lines()).noneMatch(line -> line.contains("Exception") || line.contains("suspect"));
        }
        assertThat(nodes.owner.requests).isEmpty();
        assertThat(RawClient.statuses(send(nodes.frontend, "GET /rec/y", "", "")))
                .containsExactly("200");
        assertThat(nodes.recorder.served).containsExactly("GET /rec/y");
    }

    @Test
    void sessionId_thatNobodyIssued_isNeitherTakenNorPinned() throws Exception {
        for (TestNode node : List.of(nodes.frontend, nodes.owner)) {
            for (String id : List.of("madeUp", "madeUp.n1", "madeUp.n2", "madeUp.n3")) {
                String response = RawClient.send(
                        node.port(),
                        "GET /session HTTP/1.1\r\nHost: h\r\nConnection: close\r\nCookie: JSESSIONID=" + id
                                + "\r\n\r\n");

                assertThat(RawClient.statuses(response)).containsExactly("200");
                assertThat(response).contains("Set-Cookie: JSESSIONID=").doesNotContain("madeUp");
            }
        }
        await().until(() -> nodes.frontend.jmx("PinBacklog").equals(0)
                && nodes.owner.jmx("PinBacklog").equals(0));
        assertThat(nodes.owner.member().getMap("jvmroute.pins").keySet())
                .doesNotContain(AffinityKey.ofSession("madeUp"))
                .isNotEmpty();
    }

    /** Down to the finest line. */
    @Test
    void log_tellsNoSessionId_andNothingThatTheClientWrote() throws Exception {
        String id = nodes.cookie.replaceAll(".*=|\\..*", "");
        Logger logger = Logger.getLogger("io.jvmroute");
        Level before = logger.getLevel();
        try (LogLines log = new LogLines("io.jvmroute")) {
            logger.setLevel(Level.ALL);
            for (String request : List.of(
                    "GET /rec/forgery?forgery%0d%0aforgery",
                    "BREW /rec/forgery", "GET http://forgery/rec/x", "GET /rec/x;jsessionid=forgery.n9")) {
                send(nodes.frontend, request, "X: forgery\r\n", "");
                send(nodes.owner, request, "Jvmroute-Hop: 1~forgery\u001b[31m\r\n", "");
                send(nodes.frontend, request, "Transfer-Encoding: forgery\r\n", "");
                send(nodes.frontend, request, "Connection: Upgrade\r\nUpgrade: forgery\r\n", "");
                send(nodes.frontend, request, "Content-Length: 9\r\nExpect: forgery\r\n", "forgery");
            }

            assertThat(log.lines()).anyMatch(line -> line.contains("verdict="));
            assertThat(log.lines()).noneMatch(line -> line.contains(id) || line.contains("forgery"));
            assertThat(log.lines()).noneMatch(line -> line.chars().anyMatch(c -> c < ' '));
        } finally {
            logger.setLevel(before);
        }
    }
}
