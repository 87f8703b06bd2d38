package io.jvmroute.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.SerializerConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.hazelcast.SharedInstance;
import io.jvmroute.testing.RawPeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.eclipse.jetty.hazelcast.session.HazelcastSessionDataStore;
import org.eclipse.jetty.hazelcast.session.HazelcastSessionDataStoreFactory;
import org.eclipse.jetty.hazelcast.session.SessionDataSerializer;
import org.eclipse.jetty.session.AbstractSessionCacheFactory;
import org.eclipse.jetty.session.DefaultSessionCache;
import org.eclipse.jetty.session.DefaultSessionCacheFactory;
import org.eclipse.jetty.session.ManagedSession;
import org.eclipse.jetty.session.NullSessionCacheFactory;
import org.eclipse.jetty.session.SessionCache;
import org.eclipse.jetty.session.SessionData;
import org.eclipse.jetty.session.SessionDataStore;
import org.eclipse.jetty.session.SessionManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sessions whose data is in a shared store, on members that the nodes use for both, the data and the affinity: what moves, what comes along, what is stale. */
class SharedStoreTest {
    private final String cluster = "test-" + UUID.randomUUID();
    private final List<HazelcastInstance> members = new ArrayList<>();
    private final List<EmbeddedNode> nodes = new ArrayList<>();
    private final List<SlowStoreFactory> stores = new ArrayList<>();
    private List<Integer> ports;

    /** What a node keeps of a session between requests. */
    enum Cache {
        /** Jetty's default: the object, until the session ends. */
        KEEPS,
        EVICTS_ON_EXIT,
        NONE;

        AbstractSessionCacheFactory factory() {
            AbstractSessionCacheFactory factory =
                    this == NONE ? new NullSessionCacheFactory() : new DefaultSessionCacheFactory();
            factory.setEvictionPolicy(this == KEEPS ? SessionCache.NEVER_EVICT : SessionCache.EVICT_ON_SESSION_EXIT);
            factory.setFlushOnResponseCommit(true); // the next request may go to another node at once
            return factory;
        }
    }

    private void start(Cache cache, int count) throws Exception {
        start(cache, count, Map.of());
    }

    private void start(Cache cache, int count, Map<String, String> options) throws Exception {
        ports = EmbeddedNode.freePorts(count);
        for (int port : ports) {
            members.add(Hazelcast.newHazelcastInstance(config(port, ports)));
        }
        for (int i = 0; i < count; i++) {
            nodes.add(node(members.get(i), "n" + (i + 1), cache, options));
        }
        for (EmbeddedNode node : nodes) {
            await().until(() -> ((Object[]) node.jmx("Nodes")).length == count);
        }
    }

    private EmbeddedNode node(HazelcastInstance member, String route, Cache cache, Map<String, String> options)
            throws Exception {
        EmbeddedNode node = new EmbeddedNode(member, route, options);
        SlowStoreFactory store = new SlowStoreFactory(member);
        stores.add(store);
        node.server.addBean(store);
        node.server.addBean(cache.factory());
        return node.start();
    }

    private Config config(int port, List<Integer> ports) {
        Config config = SharedInstance.prepare(new Config()).setClusterName(cluster);
        config.getNetworkConfig().setPort(port).setPortAutoIncrement(false);
        JoinConfig join = config.getNetworkConfig().getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        join.getTcpIpConfig()
                .setEnabled(true)
                .setMembers(ports.stream().map(other -> "127.0.0.1:" + other).toList());
        config.getSerializationConfig()
                .addSerializerConfig(new SerializerConfig()
                        .setImplementation(new SessionDataSerializer())
                        .setTypeClass(SessionData.class));
        config.getJetConfig().setEnabled(false);
        return config.setProperty("hazelcast.local.localAddress", "127.0.0.1")
                .setProperty("hazelcast.socket.bind.any", "false")
                .setProperty("hazelcast.wait.seconds.before.join", "0")
                .setProperty("hazelcast.partition.count", "71")
                .setProperty("hazelcast.phone.home.enabled", "false");
    }

    @AfterEach
    void stop() throws Exception {
        for (EmbeddedNode node : nodes) {
            await().until(() -> node.jmx("ForwardsInFlight").equals(0));
            node.close();
        }
        for (HazelcastInstance member : members) {
            member.shutdown();
        }
    }

    private static String get(EmbeddedNode node, String path, String id) throws Exception {
        try (RawPeer client = RawPeer.connect(node.port())) {
            client.write("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                    + (id.isEmpty() ? "" : "Cookie: JSESSIONID=" + id + "\r\n") + "\r\n");
            return client.readAll();
        }
    }

    /** The ids that an answer gives the client. */
    private static List<String> given(String answer) {
        return answer.lines()
                .filter(line -> line.startsWith("Set-Cookie:"))
                .map(line -> line.replaceAll("Set-Cookie: JSESSIONID=([^;]*).*", "$1"))
                .toList();
    }

    private void servedBy(String node, int count, EmbeddedNode entry, String id) throws Exception {
        assertThat(get(entry, "/session", id))
                .startsWith("HTTP/1.1 200")
                .contains("Node: " + node + "\r\n", "Count: " + count + "\r\n");
    }

    private static ManagedSession copy(EmbeddedNode node, String id) {
        SessionManager manager =
                node.server.getContainedBeans(SessionManager.class).iterator().next();
        return ((DefaultSessionCache) manager.getSessionCache()).doGet(id);
    }

    private void awaitNobodySuspect() {
        for (EmbeddedNode node : nodes) {
            await().until(() ->
                    Stream.of((String[]) node.jmx("Nodes")).noneMatch(other -> other.contains(" SUSPECT ")));
        }
    }

    /** Until all nodes have heard where the session is now. */
    private void awaitOwner(String route, String id) {
        for (EmbeddedNode node : nodes) {
            await().until(() -> node.explain(id).contains(" owner=" + route + " "));
        }
    }

    @ParameterizedTest
    @EnumSource
    void owner_cutOff_sessionMovesAndReturnsByAnotherFailoverOnly(Cache cache) throws Exception {
        start(cache, 2);
        EmbeddedNode one = nodes.get(0);
        EmbeddedNode two = nodes.get(1);
        String first = given(get(one, "/session", "")).get(0);
        String bare = first.replaceAll("\\.n1$", "");
        servedBy("n1", 2, two, first);
        await().until(() -> members.get(1).getMap("jvmroute.pins").size() == 1);

        ManagedSession kept = cache == Cache.KEEPS ? copy(one, bare) : null;
        one.refuse();
        String moved = get(two, "/session", first);
        assertThat(moved).contains("Node: n2\r\n", "Count: 3\r\n", "Verdict: R\r\n");
        assertThat(given(moved)).containsExactly(bare + ".n2");

        one.acceptAgain();
        awaitNobodySuspect();
        awaitOwner("n2", first);
        int count = 3;
        for (String id : List.of(first, bare + ".n2")) {
            for (EmbeddedNode entry : nodes) {
                servedBy("n2", ++count, entry, id);
            }
        }
        assertThat(given(get(one, "/session", bare + ".n2"))).isEmpty();

        await().until(
                        () -> // Jetty writes a session at the end of its request, behind the answer
                        ((Number) two.jmx("RequestsInService")).intValue() == 0);
        two.refuse();
        String back = get(one, "/session", bare + ".n2");
        assertThat(back).contains("Node: n1\r\n", "Count: " + (count + 2) + "\r\n");
        assertThat(given(back)).containsExactly(first);
        assertThat(kept == null || !kept.isResident())
                .as("the stale copy was let go")
                .isTrue();

        two.acceptAgain();
        awaitNobodySuspect();
        awaitOwner("n1", first);
        servedBy("n1", count + 3, two, first);
        servedBy("n1", count + 4, two, bare + ".n2");

        String ended = get(two, "/logout", first);
        assertThat(ended).contains("Node: n1");
        await().untilAsserted(
                        () -> assertThat(members.get(0).getMap("jvmroute.pins").keySet())
                                .doesNotContain(AffinityKey.ofSession(first)));
        assertThat(given(get(two, "/session", first))).singleElement().isNotEqualTo(first);
    }

    @Test
    void owner_crashed_logoutAndLoginFirstElsewhere_leaveNoPin() throws Exception {
        start(Cache.KEEPS, 3);
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ids.add(given(get(nodes.get(0), "/session", "")).get(0));
        }
        await().until(() -> members.get(1).getMap("jvmroute.pins").size() == 20);
        nodes.get(0).crash();

        for (int i = 0; i < 20; i++) {
            assertThat(get(nodes.get(1), i < 10 ? "/logout" : "/login", ids.get(i)))
                    .startsWith("HTTP/1.1 200");
        }

        await().until(() -> members.get(1).getMap("jvmroute.pins").size() == 10); // of new ids
        assertThat(members.get(1).getMap("jvmroute.pins").keySet())
                .doesNotContainAnyElementsOf(
                        ids.stream().map(AffinityKey::ofSession).toList());
    }

    @Test
    void owner_crashed_sessionsGoOnAtTheAgreedNode() throws Exception {
        start(Cache.KEEPS, 3);
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ids.add(given(get(nodes.get(0), "/session", "")).get(0));
        }
        await().until(() -> members.get(1).getMap("jvmroute.pins").size() == ids.size());
        nodes.get(0).crash();

        for (String id : ids) {
            String moved = get(nodes.get(1), "/session", id);
            String owner = moved.replaceAll("(?s).*Node: ([^\r]*).*", "$1");
            assertThat(moved).contains("Count: 2\r\n");
            assertThat(owner).isIn("n2", "n3");
            assertThat(given(moved)).containsExactly(id.replaceAll("\\.n1$", "." + owner));
            servedBy(owner, 3, nodes.get(2), given(moved).get(0));
        }
    }

    @Test
    void owner_drained_sessionsGoOnAtReadyNodesWithTheirNewestData() throws Exception {
        start(Cache.KEEPS, 3);
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ids.add(given(get(nodes.get(0), "/session", "")).get(0));
        }

        handOver(nodes.get(0), ids.size());
        for (String id : ids) {
            String moved = get(nodes.get(0), "/session", id); // which forwards it
            assertThat(moved).contains("Count: 2\r\n", "Hop: 1\r\n").doesNotContain("Node: n1\r\n");
        }
        nodes.get(0).operate("ready");
        await().until(() -> nodes.get(0).jmx("State").equals("READY"));
        for (EmbeddedNode node : nodes.subList(1, 3)) { // back again, if in two steps: no copy that n1 kept may show
            handOver(node, -1);
        }
        for (String id : ids) { // n3 serves what n2 left to it and nobody asked for since, until that can go on
            assertThat(get(nodes.get(2), "/session", id))
                    .contains("Count: 3\r\n")
                    .doesNotContain("Node: n2\r\n");
        }
        await().until(() -> nodes.get(2).jmx("OwnedSessions").equals(0));
        for (String id : ids) {
            assertThat(get(nodes.get(2), "/session", id)).contains("Node: n1\r\n", "Count: 4\r\n");
        }
    }

    /** A store of which the next write waits. */
    private static final class SlowStoreFactory extends HazelcastSessionDataStoreFactory {
        private final HazelcastInstance member;
        private final AtomicReference<CountDownLatch> next = new AtomicReference<>();
        private final CountDownLatch writing = new CountDownLatch(1);

        SlowStoreFactory(HazelcastInstance member) {
            this.member = member;
            setHazelcastInstance(member);
        }

        @Override
        public SessionDataStore getSessionDataStore(SessionManager manager) {
            HazelcastSessionDataStore store = new HazelcastSessionDataStore() {
                @Override
                public void doStore(String id, SessionData data, long lastSaveTime) throws Exception {
                    CountDownLatch wait = next.getAndSet(null);
                    if (wait != null) {
                        writing.countDown();
                        wait.await();
                    }
                    super.doStore(id, data, lastSaveTime);
                }
            };
            store.setSessionDataMap(member.getMap(getMapName()));
            store.setGracePeriodSec(getGracePeriodSec());
            store.setSavePeriodSec(getSavePeriodSec());
            return store;
        }
    }

    @Test
    void owner_drains_requestComesWhileItsSessionIsWritten_findsIt() throws Exception {
        start(Cache.KEEPS, 2);
        String id = given(get(nodes.get(0), "/session", "")).get(0);
        await().until(() -> nodes.get(0).jmx("PinBacklog").equals(0));
        SlowStoreFactory store = stores.get(0);
        CountDownLatch written = new CountDownLatch(1);
        store.next.set(written);
        nodes.get(0).operate("drain");
        store.writing.await();

        CompletableFuture<String> answer = CompletableFuture.supplyAsync(
                () -> unchecked(() -> get(nodes.get(0), "/session", id)), task -> new Thread(task).start());
        await().until(SharedStoreTest::isARequestAtTheLockOfItsSession);
        written.countDown();

        assertThat(answer.get()).contains("Node: n1\r\n", "Count: 2\r\n");
        awaitOwner("n2", id);
        assertThat(get(nodes.get(0), "/session", id)).contains("Node: n2\r\n", "Count: 3\r\n");
    }

    private static boolean isARequestAtTheLockOfItsSession() {
        return Thread.getAllStackTraces().values().stream()
                .anyMatch(stack ->
                        Stream.of(stack).anyMatch(frame -> frame.getMethodName().equals("getAndEnter"))
                                && Stream.of(stack)
                                        .anyMatch(frame -> frame.getClassName()
                                                .equals("java.util.concurrent.locks.ReentrantLock")));
    }

    private static <T> T unchecked(Callable<T> call) {
        try {
            return call.call();
        } catch (Exception e) {
            throw new CompletionException(e);
        }
    }

    // ---- failback=home ----

    @ParameterizedTest
    @EnumSource(names = {"KEEPS", "NONE"})
    void owner_cutOffAndBack_sessionReturnsOnce(Cache cache) throws Exception {
        start(cache, 2, Map.of("failback", "home"));
        EmbeddedNode one = nodes.get(0);
        EmbeddedNode two = nodes.get(1);
        String first = given(get(one, "/session", "")).get(0);
        String moved = first.replaceAll("n1$", "n2");
        servedBy("n1", 2, two, first);
        await().until(() -> members.get(1).getMap("jvmroute.pins").size() == 1);

        one.refuse();
        servedBy("n2", 3, two, first);
        one.acceptAgain();
        awaitNobodySuspect();
        awaitOwner("n2", first);
        servedBy("n2", 4, one, moved); // it stays for a while
        await().until(() -> ((Number) two.jmx("RequestsInService")).intValue() == 0);

        awaitOwner("n1", moved);
        assertThat(two.jmx("HandedOverSessions")).isEqualTo(1L);
        int count = 4;
        for (String id : List.of(moved, first)) { // with the data of n2, not with what n1 kept
            for (EmbeddedNode entry : nodes) {
                servedBy("n1", ++count, entry, id);
            }
        }
        await().pollDelay(Duration.ofSeconds(12))
                .until(() -> one.jmx("HandedOverSessions").equals(0L)); // no more
        servedBy("n1", ++count, two, moved);
        assertThat(one.jmx("LostSessions")).isEqualTo(1L); // when it was cut off
        assertThat(two.jmx("LostSessions")).isEqualTo(0L);
    }

    @Test
    void owner_killedAndBack_sessionsReturnWhileTheyAreUsed() throws Exception {
        Map<String, String> options = Map.of("failback", "home");
        start(Cache.KEEPS, 3, options);
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ids.add(given(get(nodes.get(0), "/session", "")).get(0));
        }
        String own = given(get(nodes.get(1), "/session", "")).get(0);
        await().until(() -> members.get(1).getMap("jvmroute.pins").size() == 21);

        nodes.get(0).crash();
        nodes.remove(0).close();
        members.remove(0);
        int[] count = {1};
        useAll(ids, nodes.get(1), ++count[0]);
        HazelcastInstance again = Hazelcast.newHazelcastInstance(config(ports.get(0), ports));
        members.add(again);
        EmbeddedNode home = node(again, "n1", Cache.KEEPS, options);
        nodes.add(home);
        await().until(() -> {
            useAll(ids, nodes.get(1), ++count[0]); // none is lost, and none begins anew
            return home.jmx("OwnedSessions").equals(ids.size());
        });
        for (String id : ids) {
            servedBy("n1", count[0] + 1, nodes.get(0), id);
        }
        servedBy("n2", 2, nodes.get(1), own);
    }

    @Test
    void session_endedAfterItsReturn_itsOwnerDrains_requestIsServedAnew() throws Exception {
        start(Cache.KEEPS, 2, Map.of("failback", "home"));
        EmbeddedNode entry = nodes.get(0);
        EmbeddedNode home = nodes.get(1);
        String id = given(get(home, "/session", "")).get(0);
        await().until(() -> members.get(0).getMap("jvmroute.pins").size() == 1);
        home.refuse();
        servedBy("n1", 2, entry, id);
        home.acceptAgain();
        awaitNobodySuspect();
        awaitOwner("n1", id);
        await().pollDelay(Duration.ofSeconds(10))
                .until(() -> entry.jmx("HandedOverSessions").equals(1L));
        awaitOwner("n2", id);
        assertThat(get(home, "/logout", id)).contains("Node: n2\r\n");
        await().until(() -> entry.explain(id).contains("why=the session id names n2"));
        home.operate("drain");
        await().until(() ->
                Stream.of((String[]) entry.jmx("Nodes")).anyMatch(other -> other.startsWith("n2 DRAINING")));
        long hops = (long) home.jmx("HopsReceived");

        try (RawPeer client = RawPeer.connect(entry.port())) {
            client.socket.setSoTimeout(20_000);
            client.write("GET /session HTTP/1.1\r\nHost: a\r\nCookie: JSESSIONID=" + id + "\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 200").contains("Node: n1\r\n", "Count: 1\r\n");
        }
        assertThat((long) home.jmx("HopsReceived") - hops)
                .as("asked for the session once")
                .isEqualTo(1);
    }

    private static void useAll(List<String> ids, EmbeddedNode entry, int count) throws Exception {
        for (int i = 0; i < ids.size(); i++) {
            String answer = get(entry, "/session", ids.get(i));
            assertThat(answer).startsWith("HTTP/1.1 200").contains("Count: " + count + "\r\n");
            List<String> given = given(answer);
            ids.set(i, given.isEmpty() ? ids.get(i) : given.get(0));
        }
    }

    private static void handOver(EmbeddedNode node, int sessions) throws Exception {
        int before = (int) node.jmx("OwnedSessions");
        await().until(() -> node.jmx("PinBacklog").equals(0));
        node.operate("drain");
        await().until(() -> node.jmx("OwnedSessions").equals(0));
        assertThat(node.jmx("HandedOverSessions")).isEqualTo((long) (sessions < 0 ? before : sessions));
        assertThat(node.jmx("LostSessions")).isEqualTo(0L);
    }

    @Test
    void server_stopped_leavesTheMemberToItsOwner() throws Exception {
        start(Cache.KEEPS, 2);
        String id = given(get(nodes.get(0), "/session", "")).get(0);
        await().until(() -> members.get(1).getMap("jvmroute.pins").size() == 1);

        nodes.get(0).server.stop();

        assertThat(members.get(0).getLifecycleService().isRunning()).isTrue();
        assertThat(members.get(1).getCluster().getMembers()).hasSize(2);
        String moved = get(nodes.get(1), "/session", id);
        assertThat(moved).contains("Node: n2\r\n", "Count: 2\r\n");
        nodes.get(0).server.start();
        servedBy("n2", 3, nodes.get(0), given(moved).get(0));
    }
}
