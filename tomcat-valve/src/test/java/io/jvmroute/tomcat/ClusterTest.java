package io.jvmroute.tomcat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.affinity.RoutedSessionId;
import io.jvmroute.cluster.Pin;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.catalina.Context;
import org.apache.catalina.Manager;
import org.apache.catalina.SessionListener;
import org.apache.catalina.session.FileStore;
import org.apache.catalina.session.PersistentManager;
import org.apache.catalina.session.StandardManager;
import org.apache.catalina.session.StandardSession;
import org.apache.catalina.startup.Tomcat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Three embedded Tomcats with the valve: where requests go, and what happens to sessions. */
class ClusterTest {
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<EmbeddedNode> nodes = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        String cluster = "test-" + UUID.randomUUID();
        List<Integer> ports = EmbeddedNode.freePorts(3);
        for (int i = 0; i < 3; i++) {
            nodes.add(new EmbeddedNode(cluster, "n" + (i + 1), ports.get(i), ports, Map.of()).start());
        }
        for (EmbeddedNode node : nodes) {
            await().until(() -> ((Object[]) node.jmx("Nodes")).length == 3);
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (EmbeddedNode node : nodes) {
            assertThat(node.jmx("ForwardsInFlight")).isEqualTo(0);
        }
        nodes.forEach(EmbeddedNode::close);
    }

    private HttpResponse<String> get(EmbeddedNode node, String path, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(node.url(path)).timeout(Duration.ofMinutes(1));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    private String newSession(EmbeddedNode node) throws IOException, InterruptedException {
        return sessionId(get(node, "/session"));
    }

    private static String sessionId(HttpResponse<?> response) {
        return header(response, "Set-Cookie").replaceAll("JSESSIONID=([^;]*);.*", "$1");
    }

    @Test
    void request_withoutSession_servedHere() throws Exception {
        HttpResponse<String> response = get(nodes.get(1), "/plain");

        assertThat(response.body()).isEqualTo("n2");
        assertThat(header(response, "Verdict")).isEqualTo("N");
        assertThat(header(response, "Hop")).isEqualTo("0");
    }

    @Test
    void request_anyNode_servedByTheOwnerWithOneHop() throws Exception {
        for (EmbeddedNode owner : nodes) {
            String id = newSession(owner);
            String route = id.substring(id.indexOf('.') + 1);
            int count = 1;
            for (EmbeddedNode frontend : nodes) {
                HttpResponse<String> byCookie =
                        get(frontend, "/session?a=%7B|%7D".replace("|", "%7C"), "Cookie", "JSESSIONID=" + id);
                HttpResponse<String> byPath = get(frontend, "/session;jsessionid=" + id + "/x;p=1");

                assertThat(byCookie.body()).isEqualTo(route);
                assertThat(byPath.body()).isEqualTo(route);
                assertThat(header(byCookie, "Count")).isEqualTo(String.valueOf(++count));
                assertThat(header(byPath, "Count")).isEqualTo(String.valueOf(++count));
                assertThat(header(byCookie, "Hop")).isEqualTo(frontend == owner ? "0" : "1");
                assertThat(header(byCookie, "Set-Cookie")).isEmpty();
            }
        }
    }

    @Test
    void hop_application_seesTheClientAndNoHeaderOfOurs() throws Exception {
        String id = newSession(nodes.get(0));

        HttpResponse<String> response = get(nodes.get(1), "/session", "Cookie", "JSESSIONID=" + id);

        assertThat(header(response, "Seen-Server"))
                .isEqualTo("http 127.0.0.1 " + nodes.get(1).port());
        assertThat(header(response, "Seen-Client")).startsWith("127.0.0.1 ");
        assertThat(header(response, "Seen-Hop-Header")).isEqualTo("null");
    }

    @Test
    void hop_bodies_comeBackWhole() throws Exception {
        String id = newSession(nodes.get(0));
        for (int size : new int[] {0, 1, 1000, 70_000, 3_000_000}) {
            byte[] body = new byte[size];
            new Random(size).nextBytes(body);
            for (boolean chunked : new boolean[] {false, true}) {
                HttpRequest.BodyPublisher publisher = chunked
                        ? HttpRequest.BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(body))
                        : HttpRequest.BodyPublishers.ofByteArray(body);
                HttpRequest request = HttpRequest.newBuilder(nodes.get(2).url("/echo"))
                        .header("Cookie", "JSESSIONID=" + id)
                        .POST(publisher)
                        .build();

                assertThat(client.send(request, BodyHandlers.ofByteArray()).body())
                        .isEqualTo(body);
            }
        }
    }

    @Test
    void forgedHop_anyValue_refused() throws Exception {
        for (String forged : List.of("x", "1.a.b.c", "v1;kid;;;", "")) {
            HttpResponse<String> response = get(nodes.get(0), "/plain", "Jvmroute-Hop", forged);

            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(response.body()).contains("hop header does not verify");
        }
        assertThat(nodes.get(0).jmx("ForgedHops")).isEqualTo(4L);
    }

    @Test
    void sessionId_garbage_servedHere() throws Exception {
        for (String id : List.of(
                "abc", "abc.n9", ".n2", "abc.", "abc.n1.n2", "x".repeat(600) + ".n2", "..", "abc.n2%00", "abc.N2")) {
            HttpResponse<String> response = get(nodes.get(0), "/plain", "Cookie", "JSESSIONID=" + id);

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).as(id).isEqualTo("n1");
        }
    }

    @Test
    void sessionIds_contradicting_theContainersChoiceCounts() throws Exception {
        String ofTwo = newSession(nodes.get(1));
        String ofThree = newSession(nodes.get(2));

        HttpResponse<String> cookies =
                get(nodes.get(0), "/session", "Cookie", "JSESSIONID=" + ofTwo + "; JSESSIONID=" + ofThree);
        HttpResponse<String> cookieAndPath =
                get(nodes.get(0), "/session;jsessionid=" + ofThree, "Cookie", "JSESSIONID=" + ofTwo);

        assertThat(cookies.body()).isEqualTo("n3");
        assertThat(cookieAndPath.body()).isEqualTo("n2");
    }

    @Test
    void pin_loginAndLogout_followsAndEnds() throws Exception {
        String before = newSession(nodes.get(0));
        await().until(() -> nodes.get(0).jmx("PinBacklog").equals(0));
        assertThat(nodes.get(0).member().getMap("jvmroute.pins").size()).isEqualTo(1);

        String after = sessionId(get(nodes.get(1), "/login", "Cookie", "JSESSIONID=" + before));
        assertThat(after).isNotEqualTo(before).endsWith(".n1");
        await().until(() -> nodes.get(1).member().getMap("jvmroute.pins").size() == 1);
        assertThat(nodes.get(0).jmx("OwnedSessions")).isEqualTo(1);

        get(nodes.get(2), "/logout", "Cookie", "JSESSIONID=" + after);
        await().until(() -> nodes.get(1).member().getMap("jvmroute.pins").isEmpty());
        assertThat(nodes.get(0).jmx("OwnedSessions")).isEqualTo(0);
    }

    /** The client has its answer before the valve looks at the session, and may have logged out by another request. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void pin_sessionEndsBeforeItIsWatched_ends(boolean heard) throws Exception {
        StandardManager manager = new StandardManager() {
            @Override
            protected StandardSession getNewSession() {
                return new Ending(this, heard);
            }
        };
        nodes.get(0).context.setManager(manager);

        newSession(nodes.get(0));

        assertThat(manager.getActiveSessions()).isZero();
        await().until(() -> nodes.get(0).jmx("OwnedSessions").equals(0)
                && nodes.get(0).jmx("PinBacklog").equals(0)
                && nodes.get(1).member().getMap("jvmroute.pins").isEmpty());
    }

    /** Ends as the first one begins to listen: before or after that. */
    private static final class Ending extends StandardSession {
        private static final long serialVersionUID = 1;

        private final boolean heard;

        Ending(Manager manager, boolean heard) {
            super(manager);
            this.heard = heard;
        }

        @Override
        public void addSessionListener(SessionListener listener) {
            if (!heard) {
                expire();
            }
            super.addSessionListener(listener);
            expire();
        }
    }

    @Test
    void pin_sessionCameBackFromAStore_endsWithIt(@TempDir Path folder) throws Exception {
        FileStore store = new FileStore();
        store.setDirectory(folder.toString());
        PersistentManager manager = new PersistentManager();
        manager.setStore(store);
        manager.setMaxIdleSwap(0);
        nodes.get(0).context.setManager(manager);
        String id = newSession(nodes.get(0));
        await().until(() -> nodes.get(1).member().getMap("jvmroute.pins").size() == 1);

        manager.processPersistenceChecks();
        assertThat(manager.getActiveSessions()).isZero();
        HttpResponse<String> back = get(nodes.get(0), "/session", "Cookie", "JSESSIONID=" + id);
        assertThat(header(back, "Count")).isEqualTo("2");
        get(nodes.get(0), "/logout", "Cookie", "JSESSIONID=" + id);

        await().until(() -> nodes.get(0).jmx("OwnedSessions").equals(0)
                && nodes.get(1).member().getMap("jvmroute.pins").isEmpty());
    }

    /** As after a split: the other part has moved the session, and back. */
    @Test
    void pin_movedByOthers_staleCopyIsCountedAndServesNoMore() throws Exception {
        String id = newSession(nodes.get(0));
        await().until(() -> nodes.get(0).jmx("PinBacklog").equals(0));
        var pins = nodes.get(1).member().<AffinityKey, Pin>getMap("jvmroute.pins");

        pins.set(AffinityKey.ofSession(id), new Pin("n2", 5));
        await().until(() -> nodes.get(0).jmx("LostSessions").equals(1L));
        HttpResponse<String> there = get(nodes.get(0), "/plain", "Cookie", "JSESSIONID=" + id);
        assertThat(there.body()).isEqualTo("n2");
        assertThat(header(there, "Verdict")).isEqualTo("H"); // of the owner, behind a hop
        assertThat(header(there, "Hop")).isEqualTo("1");

        pins.set(AffinityKey.ofSession(id), new Pin("n1", 6));
        await().until(() ->
                get(nodes.get(2), "/plain", "Cookie", "JSESSIONID=" + id).body().equals("n1"));
        HttpResponse<String> back = get(nodes.get(2), "/session", "Cookie", "JSESSIONID=" + id);
        assertThat(header(back, "Count")).as("begins anew").isEqualTo("1");
        assertThat(nodes.get(0).jmx("LostSessions")).isEqualTo(1L);
    }

    @Test
    void owner_crashed_allAgreeOnTheSameSuccessor() throws Exception {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            ids.add(newSession(nodes.get(0)));
        }
        await().until(() -> nodes.get(1).member().getMap("jvmroute.pins").size() == 50);
        nodes.get(0).crash();

        for (String id : ids) {
            HttpResponse<String> byTwo = get(nodes.get(1), "/plain", "Cookie", "JSESSIONID=" + id);
            HttpResponse<String> byThree = get(nodes.get(2), "/plain", "Cookie", "JSESSIONID=" + id);

            assertThat(byTwo.statusCode()).isEqualTo(200);
            assertThat(byTwo.body()).isEqualTo(byThree.body()).isIn("n2", "n3");
        }
    }

    /** As if managers had copied the sessions to both. */
    @Test
    void owner_crashed_sessionsOfOneIdInTwoContexts_goOnTogether() throws Exception {
        for (EmbeddedNode node : nodes) {
            node.addContext("/a").setSessionCookiePath("/");
            node.addContext("/b").setSessionCookiePath("/");
        }
        String id = sessionId(get(nodes.get(0), "/a/session"));
        assertThat(header(get(nodes.get(0), "/b/session", "Cookie", "JSESSIONID=" + id), "Count"))
                .isEqualTo("1");
        for (EmbeddedNode node : nodes.subList(1, 3)) {
            for (String path : List.of("/a", "/b")) {
                Context context = (Context) node.tomcat.getHost().findChild(path);
                context.getManager().createSession(id).getSession().setAttribute("count", 10);
            }
        }
        await().until(() -> nodes.get(1).member().getMap("jvmroute.pins").size() == 1);
        nodes.get(0).crash();

        HttpResponse<String> inA = get(nodes.get(1), "/a/session", "Cookie", "JSESSIONID=" + id);
        assertThat(header(inA, "Count")).isEqualTo("11");
        assertThat(sessionId(inA)).isEqualTo(RoutedSessionId.withRoute(id, inA.body()));
        HttpResponse<String> inB = get(nodes.get(1), "/b/session", "Cookie", "JSESSIONID=" + sessionId(inA));
        assertThat(inB.body()).isEqualTo(inA.body());
        assertThat(header(inB, "Count")).isEqualTo("11");
    }

    /** As if a manager had copied the sessions to both. */
    @Test
    void owner_gone_logoutAndLoginFirstElsewhere_leaveNoPin() throws Exception {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            String id = newSession(nodes.get(0));
            ids.add(id);
            nodes.get(1).context.getManager().createSession(id);
            nodes.get(2).context.getManager().createSession(id);
        }
        await().until(() -> nodes.get(1).member().getMap("jvmroute.pins").size() == 20);
        nodes.get(0).operate("maintenance"); // it takes no leave of its sessions then
        nodes.remove(0).close();

        for (int i = 0; i < 20; i++) {
            HttpResponse<String> answer =
                    get(nodes.get(0), i < 10 ? "/logout" : "/login", "Cookie", "JSESSIONID=" + ids.get(i));
            assertThat(answer.statusCode()).isEqualTo(200);
        }

        await().until(() -> nodes.get(0).member().getMap("jvmroute.pins").size() == 10); // of new ids
        assertThat(nodes.get(0).member().getMap("jvmroute.pins").keySet())
                .doesNotContainAnyElementsOf(
                        ids.stream().map(AffinityKey::ofSession).toList());
    }

    @Test
    void twoMembers_lostAtOnce_pinsOfTheThirdComeBack() throws Exception {
        int sessions = 60;
        for (int i = 0; i < sessions; i++) {
            newSession(nodes.get(0));
        }
        await().until(() -> nodes.get(0).member().getMap("jvmroute.pins").size() == sessions);

        List<Thread> ends = new ArrayList<>();
        for (EmbeddedNode node : nodes.subList(1, 3)) { // with a third of the pins, of which the first has no copy
            HazelcastInstance member = node.member();
            Thread end = new Thread(() -> member.getLifecycleService().terminate(), "end");
            ends.add(end);
            end.start();
        }
        for (Thread end : ends) {
            end.join();
        }

        await().until(() -> nodes.get(0).member().getMap("jvmroute.pins").size() == sessions);
        assertThat(nodes.get(0).jmx("OwnedSessions")).isEqualTo(sessions);
    }

    @Test
    void session_thatLivedElsewhereMeanwhile_isNotShownAsItWas() throws Exception {
        String id = newSession(nodes.get(0));
        AffinityKey key = AffinityKey.ofSession(id);
        IMap<AffinityKey, Pin> pins = nodes.get(0).member().getMap("jvmroute.pins");
        await().until(() -> pins.containsKey(key));

        pins.set(key, new Pin("n2", 2)); // as if this node had been frozen or cut off
        await().until(() -> nodes.get(0).jmx("LostSessions").equals(1L));
        pins.set(key, new Pin("n1", 3));
        await().until(() ->
                get(nodes.get(1), "/plain", "Cookie", "JSESSIONID=" + id).body().equals("n1"));

        HttpResponse<String> back = get(nodes.get(1), "/session", "Cookie", "JSESSIONID=" + id);
        assertThat(back.body()).isEqualTo("n1");
        assertThat(header(back, "Count")).isEqualTo("1");
    }

    @Test
    void session_takenUnderARequest_isNotShownAsItWas() throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        Tomcat.addServlet(nodes.get(0).context, "slow", new GatedServlet(reached, gate))
                .addMapping("/slow");
        String id = newSession(nodes.get(0));
        AffinityKey key = AffinityKey.ofSession(id);
        IMap<AffinityKey, Pin> pins = nodes.get(0).member().getMap("jvmroute.pins");
        await().until(() -> nodes.get(0).jmx("PinBacklog").equals(0) && pins.containsKey(key));
        HttpRequest slow = HttpRequest.newBuilder(nodes.get(0).url("/slow"))
                .header("Cookie", "JSESSIONID=" + id)
                .build();
        CompletableFuture<HttpResponse<String>> underWay = client.sendAsync(slow, BodyHandlers.ofString());
        assertThat(reached.await(1, TimeUnit.MINUTES)).isTrue();

        pins.set(key, new Pin("n2", 2));
        await().until(() -> nodes.get(0).jmx("LostSessions").equals(1L));
        gate.countDown();
        assertThat(underWay.get(1, TimeUnit.MINUTES).body()).isEqualTo("slow");
        await().until(() -> nodes.get(0).jmx("PinBacklog").equals(0));
        pins.set(key, new Pin("n1", 3));
        await().until(() ->
                get(nodes.get(1), "/plain", "Cookie", "JSESSIONID=" + id).body().equals("n1"));

        HttpResponse<String> back = get(nodes.get(1), "/session", "Cookie", "JSESSIONID=" + id);
        assertThat(back.body()).isEqualTo("n1");
        assertThat(header(back, "Count")).isEqualTo("1");
        assertThat(nodes.get(0).jmx("LostSessions")).isEqualTo(1L);
    }

    @Test
    void hazelcast_shutDownOnOneNode_routesOn() throws Exception {
        String ofOne = newSession(nodes.get(0));
        String ofTwo = newSession(nodes.get(1));
        try (ServerSocket keepsItFromJoiningAgain = nodes.get(0).shutDownAndTakeHazelcastPort()) {
            assertThat(keepsItFromJoiningAgain.isBound()).isTrue();
            await().until(() -> (Boolean) nodes.get(0).jmx("Degraded"));

            for (int i = 0; i < 20; i++) {
                assertThat(get(nodes.get(0), "/session", "Cookie", "JSESSIONID=" + ofTwo)
                                .body())
                        .isEqualTo("n2");
                assertThat(get(nodes.get(1), "/session", "Cookie", "JSESSIONID=" + ofOne)
                                .body())
                        .isEqualTo("n1");
                assertThat(get(nodes.get(2), "/session", "Cookie", "JSESSIONID=" + ofOne)
                                .body())
                        .isEqualTo("n1");
            }
            assertThat((Boolean) nodes.get(0).jmx("Degraded")).isTrue();
        }
        await().until(() -> !(Boolean) nodes.get(0).jmx("Degraded"));
    }

    @Test
    void context_deployedLater_isWatchedToo() throws Exception {
        nodes.get(0).addContext("/later");
        HttpResponse<String> made = get(nodes.get(0), "/later/session");
        await().until(() -> nodes.get(1).member().getMap("jvmroute.pins").size() == 1);

        get(nodes.get(0), "/later/logout", "Cookie", "JSESSIONID=" + sessionId(made));
        await().until(() -> nodes.get(1).member().getMap("jvmroute.pins").isEmpty());
    }

    @Test
    void unknownUrl_isForwardedAsItIs() throws Exception {
        String id = newSession(nodes.get(0));
        URI target = nodes.get(1).url("/a//b/%2e;p=1/c%7Cd");

        HttpResponse<String> response = client.send(
                HttpRequest.newBuilder(target)
                        .header("Cookie", "JSESSIONID=" + id)
                        .build(),
                BodyHandlers.ofString());

        assertThat(header(response, "Seen-Target")).isEqualTo("/a//b/%2e;p=1/c%7Cd");
    }
}
