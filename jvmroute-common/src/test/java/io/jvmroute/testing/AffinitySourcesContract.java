package io.jvmroute.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryExpiredListener;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Two frontends before three nodes, or two of three peers that ask in turn: what keeps clients at home that no session id brings there.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
public abstract class AffinitySourcesContract {
    /** A little less than what a request waits for the agreement of all frontends, before its own decides: on a very busy machine. */
    private static final Duration GRID_WAIT = Duration.ofMillis(400);

    private static final String AFFINITY = "session, cookie, app-cookie(SID;query=sid), header(X-Tenant), client-ip";

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<TestNode> nodes = new ArrayList<>();
    private final List<TestNode> frontends = new ArrayList<>();
    private final ExecutorService threads = Executors.newFixedThreadPool(8);
    private final boolean peers;
    private final int clients;
    private final int requests;

    /** Frontends before nodes. */
    protected AffinitySourcesContract() {
        this(/* peers= */ false, 60, 10);
    }

    /**
     * Frontends before nodes, or peers.
     *
     * @param clients how many of each source, unless {@code affinity.clients} says so
     * @param requests how many of each client, unless {@code affinity.requests} says so
     */
    protected AffinitySourcesContract(boolean peers, int clients, int requests) {
        this.peers = peers;
        this.clients = Integer.getInteger("affinity.clients", clients);
        this.requests = Integer.getInteger("affinity.requests", requests);
    }

    /** Starts a container; {@code members} are Hazelcast ports of the whole cluster, {@code route} is null for a frontend. */
    protected abstract TestNode start(
            String cluster,
            @Nullable String route,
            int hazelcastPort,
            List<Integer> members,
            Map<String, String> options)
            throws Exception;

    /** Whether the container tells more than one cookie of a name. */
    protected boolean tellsAllCookies() {
        return true;
    }

    /** How the container may answer a cookie with any byte in it. */
    protected List<String> statusesOfOddCookies() {
        return List.of("200", "400");
    }

    @BeforeAll
    void startAll() throws Exception {
        String cluster = "test-" + UUID.randomUUID();
        List<Integer> ports = TestNode.freePorts(5);
        Map<String, String> options = new HashMap<>(Map.of("affinity", AFFINITY, "trustedProxies", "127.0.0.0/8"));
        if (peers) {
            options.put("balance", "round-robin");
        }
        for (int i = 0; i < 3; i++) {
            nodes.add(start(cluster, "n" + (i + 1), ports.get(i), ports, options));
        }
        options.put("mode", "frontend");
        for (int i = 3; i < 5; i++) {
            frontends.add(peers ? nodes.get(i - 2) : start(cluster, null, ports.get(i), ports, options));
        }
        await().until(() -> states(0).size() == 3 && states(1).size() == 3);
        for (TestNode node : nodes) { // while partitions move, a key's agreement may take longer than a request waits
            await().until(() -> node.member().getPartitionService().isClusterSafe());
        }
        for (int i = 0;
                i < 2;
                i++) { // members that start at once bring a key each, and hear of the other's a little later
            int issuer = i;
            await().until(() -> knowsTheKeyOf(issuer));
        }
    }

    /** Whether the other frontend seals route cookies with the same key as this one. */
    private boolean knowsTheKeyOf(int issuer) throws Exception {
        String cookie = setCookie(get(issuer, "/plain", Map.of()), "JVMROUTE");
        HttpResponse<String> next = get(1 - issuer, "/plain", Map.of("Cookie", "JVMROUTE=" + value(cookie)));
        return setCookie(next, "JVMROUTE").isEmpty();
    }

    private List<String> states(int frontend) throws Exception {
        return List.of((String[]) jmx(frontend, "Nodes"));
    }

    private Object jmx(int frontend, String attribute) throws Exception {
        return TestNode.attribute(name(frontend), attribute);
    }

    /** All frontends are in this JVM: the second one's name has a number. */
    private String name(int frontend) {
        String route = peers ? "n" + (frontend + 2) : "frontend" + (frontend == 0 ? "" : ",instance=" + (frontend + 1));
        return "io.jvmroute:type=Affinity,route=" + route;
    }

    private String explain(int frontend, String target, String headers, String address) throws Exception {
        return (String) java.lang.management.ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new javax.management.ObjectName(name(frontend)),
                        "explainRequest",
                        new Object[] {target, headers, address},
                        new String[] {"java.lang.String", "java.lang.String", "java.lang.String"});
    }

    @AfterEach
    void nothingIsInFlight() throws Exception {
        await().until(() -> jmx(0, "ForwardsInFlight").equals(0)
                && jmx(1, "ForwardsInFlight").equals(0));
    }

    @AfterAll
    void stop() throws Exception {
        threads.shutdownNow();
        if (!peers) {
            frontends.forEach(TestNode::close);
        }
        for (TestNode node : nodes) {
            node.close();
        }
    }

    private HttpResponse<String> get(int frontend, String path, Map<String, String> headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(frontends.get(frontend).url(path)).timeout(Duration.ofMinutes(3));
        headers.forEach(request::header);
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static String setCookie(HttpResponse<?> response, String name) {
        return response.headers().allValues("Set-Cookie").stream()
                .filter(value -> value.startsWith(name + "="))
                .findFirst()
                .orElse("");
    }

    private static String value(String setCookie) {
        return setCookie.isEmpty() ? "" : setCookie.substring(setCookie.indexOf('=') + 1, setCookie.indexOf(';'));
    }

    /** A client as one source sees it. */
    private final class Client {
        final Map<String, String> headers = new LinkedHashMap<>();
        final Map<String, String> jar = new LinkedHashMap<>();
        final Set<String> homes = new HashSet<>();
        String path = "/plain";
        boolean slow; // a frontend may have decided alone

        HttpResponse<String> get(int frontend) throws Exception {
            Map<String, String> sent = new LinkedHashMap<>(headers);
            List<String> cookies = new ArrayList<>();
            jar.forEach((name, value) -> cookies.add(name + "=" + value));
            if (!cookies.isEmpty()) {
                sent.put("Cookie", String.join("; ", cookies));
            }
            long start = System.nanoTime();
            HttpResponse<String> response = AffinitySourcesContract.this.get(frontend, path, sent);
            slow |= System.nanoTime() - start >= GRID_WAIT.toNanos();
            assertThat(response.statusCode()).isEqualTo(200);
            homes.add(response.body());
            return response;
        }

        void assertOneHome() {
            assertThat(homes).as("%s %s", headers, jar).hasSizeLessThanOrEqualTo(slow ? 3 : 1);
        }
    }

    private Client client(String source, int i) throws Exception {
        Client made = new Client();
        String name = source + "-" + i;
        switch (source) {
            case "header" -> made.headers.put("X-Tenant", name);
            case "client-ip" -> made.headers.put("X-Forwarded-For", "10.9.8.7, 198.51." + i / 200 + "." + i % 200);
            case "cookie" -> {
                made.headers.put("X-Forwarded-For", "203.0." + i / 200 + "." + i % 200);
                HttpResponse<String> first = made.get(i % 2);
                made.headers.clear(); // the cookie alone from now on
                made.jar.put("JVMROUTE", value(setCookie(first, "JVMROUTE")));
            }
            case "session" -> {
                made.headers.put("X-Forwarded-For", "203.1." + i / 200 + "." + i % 200);
                made.path = "/session";
                made.jar.put("JSESSIONID", value(setCookie(made.get(i % 2), "JSESSIONID")));
                made.headers.clear();
            }
            case "app-cookie", "app-query" -> {
                made.headers.put("X-Forwarded-For", "203.2." + i / 200 + "." + i % 200);
                made.path = "/learn?sid=" + name;
                made.get(i % 2);
                made.headers.clear();
                String header = "Cookie: SID=" + name;
                await().until(() -> explain(1 - i % 2, "/", header, "").contains("a pin of epoch"));
                made.path = source.equals("app-query") ? "/plain?x=1&sid=" + name : "/plain";
                if (source.equals("app-cookie")) {
                    made.jar.put("SID", name);
                }
            }
            default -> throw new AssertionError(source);
        }
        return made;
    }

    private void inParallel(List<Callable<Void>> tasks) throws Exception {
        for (Future<Void> done : threads.invokeAll(tasks)) {
            done.get();
        }
    }

    // ---- staying at home ----

    @Test
    @Order(1)
    void eachSource_keepsClientsAtHome_throughBothFrontends() throws Exception {
        for (String source : List.of("header", "client-ip", "cookie", "session", "app-cookie", "app-query")) {
            Set<String> used = ConcurrentHashMap.newKeySet();
            List<Callable<Void>> tasks = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                int number = i;
                tasks.add(() -> {
                    Client its = client(source, number);
                    for (int j = 0; j < requests; j++) {
                        its.get(j % 2);
                    }
                    its.assertOneHome();
                    used.addAll(its.homes);
                    return null;
                });
            }
            inParallel(tasks);
            assertThat(used).as(source).hasSize(3);
        }
    }

    @Test
    @Order(2)
    void firstRequests_inParallel_agree() throws Exception {
        for (String source : List.of("header", "client-ip")) {
            for (int i = 0; i < clients; i++) {
                Client one = client(source, 1000 + i);
                Client other = client(source, 1000 + i);
                CyclicBarrier together = new CyclicBarrier(2);
                inParallel(List.of(
                        () -> {
                            together.await();
                            one.get(0);
                            return null;
                        },
                        () -> {
                            together.await();
                            other.get(1);
                            return null;
                        }));
                one.homes.addAll(other.homes);
                one.slow |= other.slow;
                one.assertOneHome();
            }
        }
    }

    @Test
    @Order(3)
    void addresses_spoofed_changeNothing() throws Exception {
        Client honest = client("client-ip", 7);
        honest.get(0);
        Random random = new Random(7);
        List<String> forms =
                List.of("unknown", "_hidden", "\"[2001:db8::1]:80\"", "1.2.3.4:99", ",,,", "", "::1", "127.0.0.1x");
        for (int i = 0; i < 1000; i++) {
            StringBuilder spoofed = new StringBuilder();
            for (int j = random.nextInt(6); j >= 0; j--) {
                spoofed.append(
                                random.nextBoolean()
                                        ? forms.get(random.nextInt(forms.size()))
                                        : random.nextInt(256) + "." + random.nextInt(256) + ".0.1")
                        .append(", ");
            }
            honest.headers.put("X-Forwarded-For", spoofed + "198.51.0.7");
            honest.get(i % 2);
        }
        honest.assertOneHome();
    }

    // ---- the route cookie ----

    @Test
    @Order(4)
    void routeCookie_isSetOnce_hidden() throws Exception {
        HttpResponse<String> first = get(0, "/plain", Map.of());
        String cookie = setCookie(first, "JVMROUTE");
        assertThat(cookie).matches("JVMROUTE=[A-Za-z0-9_-]{92}; Path=/; HttpOnly; SameSite=Lax");
        assertThat(first.headers().allValues("Cache-Control")).containsExactly("private");
        assertThat(first.headers().allValues("Set-Cookie")).hasSize(1); // not by the node behind the hop as well

        HttpResponse<String> second = get(1, "/plain", Map.of("Cookie", "JVMROUTE=" + value(cookie)));
        assertThat(setCookie(second, "JVMROUTE")).isEmpty();
        assertThat(second.headers().allValues("Cache-Control")).isEmpty();

        HttpResponse<String> https =
                get(0, "/plain", Map.of("X-Forwarded-For", "192.0.2.1", "X-Forwarded-Proto", "https"));
        assertThat(setCookie(https, "JVMROUTE")).contains("; Secure; ");
    }

    @Test
    @Order(5)
    void routeCookie_onANodeItself_isSetByThatAlone() throws Exception {
        int host = 1;
        while (!getFrom(nodes.get(0), "/plain", "203.0.113." + host).body().equals("n1")) {
            host++;
        }
        for (String path : List.of("/plain", "/reset", "/echo")) {
            HttpResponse<String> response = getFrom(nodes.get(0), path, "203.0.113." + host);
            assertThat(response.headers().allValues("Set-Cookie")).as(path).hasSize(1);
            String value = value(setCookie(response, "JVMROUTE"));
            assertThat(explain(0, "/", "Cookie: JVMROUTE=" + value, "")).contains("verdict=F owner=n1");
            assertThat(response.headers().allValues("Cache-Control")).as(path).contains("private");
        }
    }

    private HttpResponse<String> getFrom(TestNode node, String path, String address) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(node.url(path))
                .header("X-Forwarded-For", address)
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    @Test
    @Order(6)
    void routeCookie_neverWith304_noneBesideTheApplications() throws Exception {
        for (String base : List.of(
                frontends.get(0).url("").toString(), nodes.get(0).url("").toString())) {
            HttpResponse<String> notModified = client.send(
                    HttpRequest.newBuilder(java.net.URI.create(base + "/not-modified"))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(notModified.statusCode()).isEqualTo(304);
            assertThat(notModified.headers().allValues("Set-Cookie")).isEmpty();
            HttpResponse<String> own = client.send(
                    HttpRequest.newBuilder(java.net.URI.create(base + "/own-cookie"))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(own.headers().allValues("Set-Cookie")).hasSize(1);
            assertThat(setCookie(own, "JVMROUTE")).startsWith("JVMROUTE=mine");
        }
    }

    @Test
    @Order(7)
    void routeCookie_damaged_isAbsentAndCounted() throws Exception {
        String good = value(setCookie(get(0, "/plain", Map.of()), "JVMROUTE"));
        long before = (Long) jmx(0, "RefusedRouteCookies");
        int sent = 0;
        for (int i = 0; i < good.length(); i += 3) {
            String damaged = good.substring(0, i) + (good.charAt(i) == 'A' ? 'B' : 'A') + good.substring(i + 1);
            HttpResponse<String> response = get(0, "/plain", Map.of("Cookie", "JVMROUTE=" + damaged));
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(value(setCookie(response, "JVMROUTE"))).isNotEmpty().isNotEqualTo(good);
            sent++;
        }
        for (String other : List.of(good.substring(1), good + "A", "x", "n1", "!#$%&'()*+-./:<=>?@[]^_`{|}~")) {
            assertThat(get(0, "/plain", Map.of("Cookie", "JVMROUTE=" + other)).statusCode())
                    .isEqualTo(200);
            sent++;
        }
        assertThat((Long) jmx(0, "RefusedRouteCookies") - before).isEqualTo(sent);

        String many = String.join(
                "; ", IntStream.range(0, 198).mapToObj(i -> "c" + i + "=" + i).toList());
        HttpResponse<String> crowded =
                get(1, "/plain", Map.of("Cookie", many + "; JVMROUTE=garbage; JVMROUTE=" + good));
        assertThat(crowded.statusCode()).isEqualTo(200);
        HttpResponse<String> twice = get(1, "/plain", Map.of("Cookie", "JVMROUTE=" + good + "; JVMROUTE=garbage"));
        assertThat(twice.statusCode()).isEqualTo(200);
        if (tellsAllCookies()) {
            assertThat(setCookie(crowded, "JVMROUTE") + setCookie(twice, "JVMROUTE"))
                    .isEmpty();
        }
    }

    @Test
    @Order(7)
    void routeCookie_withAnyByteInIt_isAbsentOrRefusedByTheContainer() throws Exception {
        for (int b = 0; b < 256; b++) {
            String answer = RawClient.send(
                    frontends.get(0).port(),
                    "GET /plain HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: JVMROUTE=a" + (char) b
                            + "b; other=1\r\n\r\n");
            assertThat(RawClient.statuses(answer)).as("byte %d", b).isSubsetOf(statusesOfOddCookies());
        }
    }

    // ---- several ids, large values ----

    @Test
    @Order(8)
    void sessionIds_several_theOneWithAKnownRouteCounts() throws Exception {
        for (String cookies :
                List.of("JSESSIONID=a.n2; JSESSIONID=b", "JSESSIONID=a.n9; JSESSIONID=b.n2; JSESSIONID=c.n8")) {
            String home = get(0, "/plain", Map.of("Cookie", cookies)).body();
            assertThat(home).isEqualTo(tellsAllCookies() ? "n2" : home);
        }
        assertThat(get(1, "/plain;jsessionid=d.n3;jsessionid=d.n7", Map.of()).body())
                .isEqualTo("n3");
    }

    @Test
    @Order(9)
    void header_large_isHashedOrRefusedByTheContainer() throws Exception {
        Client small = new Client();
        small.headers.put("X-Tenant", "t".repeat(4000));
        small.get(0);
        small.get(1);
        small.assertOneHome();
        assertThat(get(0, "/plain", Map.of("X-Tenant", "t".repeat(65_536))).statusCode())
                .isIn(200, 400, 431);
    }

    // ---- what ends ----

    @Test
    @Order(10)
    void appCookie_expiredByTheApplication_isForgotten() throws Exception {
        Client its = client("app-cookie", 5000);
        String header = "Cookie: SID=app-cookie-5000";
        its.path = "/learn?end=1&sid=app-cookie-5000";
        its.get(0);
        await().until(() -> !explain(0, "/", header, "").contains("a pin of epoch")
                && !explain(1, "/", header, "").contains("a pin of epoch"));
        its.assertOneHome();
    }

    @Test
    @Order(11)
    void explain_saysWhichSourceAndWhy() throws Exception {
        assertThat(explain(0, "/", "Cookie: JSESSIONID=a.n1", ""))
                .startsWith("source=session:")
                .contains("verdict=F owner=n1 why=the session id names n1, which is READY");
        assertThat(explain(0, "/", "X-Tenant: never seen", ""))
                .contains("source=header(X-Tenant):", "verdict=N owner= ");
        assertThat(explain(0, "/", "Cookie: JSESSIONID=a.n9", "")).contains("verdict=I", "nobody has seen");
        assertThat(explain(0, "/", "", "")).startsWith("source=none verdict=N");
    }

    /** By two more frontends, whose affinities are short-lived: each source's was there, is forgotten on all frontends, and the client may have another. */
    @Test
    @Order(12)
    void idleTimeout_forgets_onAllFrontends() throws Exception {
        String cluster = nodes.get(0).member().getConfig().getClusterName();
        List<Integer> ports = new ArrayList<>(TestNode.freePorts(2));
        nodes.forEach(node -> ports.add(TestNode.portOf(node.member())));
        Map<String, String> options = new HashMap<>(Map.of(
                "affinity", AFFINITY,
                "trustedProxies", "127.0.0.0/8",
                "affinityTimeout", "1s",
                "routeCookieIdleTimeout", "1s"));
        if (!peers) {
            options.put("mode", "frontend");
        }
        try (TestNode third = start(cluster, peers ? "n4" : null, ports.get(0), ports, options);
                TestNode fourth = start(cluster, peers ? "n5" : null, ports.get(1), ports, options)) {
            await().until(() -> states(2).size() == (peers ? 5 : 3) && states(3).size() == (peers ? 5 : 3));
            assertPinIsForgotten(third, fourth, "/plain", "X-Tenant: idle", "");
            assertPinIsForgotten(third, fourth, "/plain", "X-Forwarded-For: 203.0.113.77", "203.0.113.77");
            assertPinIsForgotten(third, fourth, "/learn?sid=idle", "Cookie: SID=idle", "");
            assertRouteCookieIsForgotten(third, fourth);
        }
    }

    private void assertPinIsForgotten(TestNode one, TestNode other, String path, String field, String address)
            throws Exception {
        Set<Object> added = ConcurrentHashMap.newKeySet();
        Set<Object> expired = ConcurrentHashMap.newKeySet();
        IMap<Object, Object> pins = nodes.get(0).member().getMap("jvmroute.pins");
        UUID adding =
                pins.addEntryListener((EntryAddedListener<Object, Object>) event -> added.add(event.getKey()), false);
        UUID expiring = pins.addEntryListener(
                (EntryExpiredListener<Object, Object>) event -> expired.add(event.getKey()), false);
        try {
            for (TestNode frontend : List.of(one, other)) { // the second time the key is as new
                getWith(frontend, path, field);
                await().until(() -> !added.isEmpty());
                // asked for: else the grid looks for what is over every few seconds
                await().until(() -> added.stream().noneMatch(pins::containsKey) && expired.containsAll(added));
                for (int i = 0; i < 4; i++) {
                    int frontendNumber = i;
                    await().alias(field)
                            .until(() -> !explain(frontendNumber, "/", field, address)
                                    .contains("a pin of epoch"));
                }
                added.clear();
                expired.clear();
            }
        } finally {
            pins.removeEntryListener(adding);
            pins.removeEntryListener(expiring);
        }
    }

    private void assertRouteCookieIsForgotten(TestNode one, TestNode other) throws Exception {
        String value = value(setCookie(getWith(one, "/plain", "X-Tenant: idle cookie"), "JVMROUTE"));
        String field = "Cookie: JVMROUTE=" + value;
        assertThat(explain(0, "/", field, "")).startsWith("source=cookie:").contains("verdict=F");
        for (int i = 2; i < 4; i++) {
            int frontend = i;
            await().until(() -> !explain(frontend, "/", field, "").startsWith("source=cookie:"));
        }
        HttpResponse<String> late = getWith(other, "/plain", field);
        assertThat(value(setCookie(late, "JVMROUTE"))).isNotEmpty().isNotEqualTo(value);
    }

    private HttpResponse<String> getWith(TestNode frontend, String path, String field) throws Exception {
        String[] nameAndValue = field.split(": ", 2);
        HttpRequest request = HttpRequest.newBuilder(frontend.url(path))
                .header(nameAndValue[0], nameAndValue[1])
                .timeout(Duration.ofMinutes(3))
                .build();
        HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        return response;
    }

    /** Last: the cluster is smaller afterwards. */
    @Test
    @Order(20)
    void owner_killed_clientsMoveOnce_allAgree() throws Exception {
        List<Client> all = Collections.synchronizedList(new ArrayList<>());
        for (String source : List.of("header", "client-ip", "cookie", "app-cookie")) {
            for (int i = 0; i < 20; i++) {
                Client its = client(source, 3000 + i);
                its.get(0);
                if (its.homes.contains("n1")) {
                    all.add(its);
                }
            }
        }
        assertThat(all).hasSizeGreaterThan(4);
        nodes.get(0).crash();
        for (Client its : all) {
            Set<String> old = Set.copyOf(its.homes);
            its.homes.clear();
            for (int j = 0; j < 4; j++) {
                its.get(j % 2); // with the old cookie too
            }
            assertThat(its.homes).hasSize(1).isNotEqualTo(old);
        }
    }
}
