package io.jvmroute;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.affinity.AffinitySecrets;
import io.jvmroute.affinity.Claim;
import io.jvmroute.affinity.RouteTable;
import io.jvmroute.affinity.SourceSpec;
import io.jvmroute.affinity.ValueSource;
import io.jvmroute.cluster.Grid;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.NodeDirectory;
import io.jvmroute.cluster.NodeState;
import io.jvmroute.cluster.Pin;
import io.jvmroute.cluster.PinTable;
import io.jvmroute.cluster.Rendezvous;
import io.jvmroute.cluster.TestNodes;
import io.jvmroute.forward.ForwardResult;
import io.jvmroute.forward.HopRefusal;
import io.jvmroute.forward.HopTicket;
import io.jvmroute.hazelcast.GridSettings;
import io.jvmroute.hazelcast.HazelcastGrid;
import io.jvmroute.policy.Arrival;
import io.jvmroute.policy.Decision;
import io.jvmroute.policy.Verdict;
import io.jvmroute.record.AffinityRecorder;
import io.jvmroute.testing.TestNode;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Owners agreed in a grid that holds pins which this node does not mirror, or knows under another key. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AgreementTest {
    private static final SourceSpec TENANT = new SourceSpec(SourceSpec.Kind.HEADER, "X-Tenant", "", "");
    private static final int CLIENTS = 50;

    private final HazelcastGrid grid =
            new HazelcastGrid(GridSettings.of("test-" + UUID.randomUUID(), "127.0.0.1", 0, List.of()));
    private final NodeDirectory directory = new NodeDirectory(null);

    /** Nothing is mirrored but what a node agrees on itself. */
    private static final class Deaf implements Grid.Listener {
        @Override
        public void nodesChanged(Collection<Node> nodes) {}

        @Override
        public void pinMoved(AffinityKey key, Pin pin) {}

        @Override
        public void pinEnded(AffinityKey key) {}

        @Override
        public void pinsRead(Collection<Grid.MovedPin> moved) {}

        @Override
        public void merged() {}

        @Override
        public void dataLost() {}

        @Override
        public void degraded(@Nullable String reason) {}
    }

    @BeforeAll
    void join() throws Exception {
        grid.join(new Deaf());
        directory.self(NodeState.READY);
        directory.update(List.of(TestNodes.node("n1"), TestNodes.node("n2"), TestNodes.node("n3")));
    }

    @AfterAll
    void leave() {
        grid.close();
    }

    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(180, SECONDS);
    }

    // ---- several keys ----

    /** A frontend with these secrets, the signing one first. */
    private final class Frontend {
        final RoutelessPins pins = new RoutelessPins(new PinTable(1000), Duration.ofMinutes(30));
        final ValueSource source;

        Frontend(String... secrets) {
            AffinitySecrets its = new AffinitySecrets(List.of(secrets).stream()
                    .map(secret -> secret.getBytes(US_ASCII))
                    .toList());
            source = ValueSource.ofHeader(TENANT, () -> its);
            pins.use(grid);
        }

        Claim claim(String value) {
            return Objects.requireNonNull(source.claim(value));
        }

        CompletionStage<@Nullable Pin> agree(String value, @Nullable Pin from, String route) {
            return pins.agree(claim(value), from, route);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "old, 'old,new'",
        "'old,new', 'new,old'",
        "'new,old', new", // a rotation, step by step
        "new, 'new,old'",
        "'old,new', old" // and back: the order of the keys is one of the two
    })
    void agree_whileSecretsRotate_makesOnePin(String before, String after) throws Exception {
        Frontend one = new Frontend(before.split(","));
        Frontend other = new Frontend(after.split(","));
        String run = before + after;
        for (int i = 0; i < CLIENTS; i++) {
            CompletionStage<@Nullable Pin> first = one.agree(run + i, null, "n1");
            CompletionStage<@Nullable Pin> second = other.agree(run + i, null, "n2");
            Pin agreed = Objects.requireNonNull(get(first));
            assertThat(Objects.requireNonNull(get(second)).route()).isEqualTo(agreed.route());

            assertThat(moved(one, run + i, agreed, "n3")).isEqualTo("n3");
            assertThat(moved(other, run + i, agreed, "n4")).isEqualTo("n3");
        }
    }

    /** Where a key ends whose owner is down: asks again, as requests do, while the grid names that one under a later epoch. */
    private static String moved(Frontend frontend, String value, Pin down, String to) throws Exception {
        Pin stored = down;
        while (stored.route().equals(down.route())) {
            stored = Objects.requireNonNull(get(frontend.agree(value, stored, to)));
        }
        return stored.route();
    }

    @Test
    void find_severalKeys_theLatestTenureCounts_thenTheCommonOrder() {
        PinTable table = new PinTable(10);
        Claim mine = new Frontend("old", "new").claim("blue");
        Claim theirs = new Frontend("new", "old").claim("blue");
        table.adopt(mine.key(0), new Pin("n1", 2));
        table.adopt(mine.key(1), new Pin("n2", 2));
        assertThat(table.find(mine, 0)).isEqualTo(new Pin("n1", 2)).isEqualTo(table.find(theirs, 0));
        table.adopt(mine.key(1), new Pin("n3", 3));
        assertThat(table.find(mine, 0)).isEqualTo(new Pin("n3", 3)).isEqualTo(table.find(theirs, 0));
    }

    /** As java.net.CookieManager sends what has a Max-Age; Set-Cookie had no quotes. */
    @Test
    void appCookie_quoted_hasTheSameKey() {
        SourceSpec spec = Objects.requireNonNull(SourceSpec.parse("app-cookie(SID)"));
        AffinitySecrets secrets = new AffinitySecrets(List.of("the secret".getBytes(US_ASCII)));
        ValueSource source = ValueSource.ofAppCookie(spec, () -> secrets);
        DescribedRequest request = new DescribedRequest("/", List.of("Cookie: SID=\"blue\""), "");
        assertThat(Objects.requireNonNull(source.find(request, RouteTable.EMPTY))
                        .key())
                .isEqualTo(Objects.requireNonNull(source.claim("blue")).key());
    }

    // ---- pins that are not mirrored ----

    private AffinityRouter router(AffinityConfig config, PinTable mirror, LiveLoad load) {
        AffinitySecrets secrets = new AffinitySecrets(List.of("the secret".getBytes(US_ASCII)));
        AffinityRouter router = new AffinityRouter(directory, mirror, config, load, () -> secrets);
        router.use(grid);
        return router;
    }

    private static AffinityConfig config(String... options) {
        AffinityConfigBuilder builder =
                AffinityConfig.builder().set("mode", "frontend").set("affinity", "session,header(X-Tenant)");
        for (int i = 0; i < options.length; i += 2) {
            builder.set(options[i], options[i + 1]);
        }
        return builder.build();
    }

    private static LiveLoad load(AffinityConfig config) {
        return new LiveLoad(config, node -> 0, new AffinityRecorder(), () -> 0);
    }

    private static Claim tenant(AffinityRouter router, String name) {
        return router.find(new DescribedRequest("/", List.of("X-Tenant: " + name), ""))
                .claim();
    }

    /** Takes a request as far as its first hop or its end. */
    private static Carriage.Step carry(JvmRoute jvmRoute, AffinityRouter router, Claim claim) throws Exception {
        Carriage carriage = new Carriage(jvmRoute, router, claim, router.decideFor(claim, Arrival.CLIENT));
        while (true) {
            Carriage.Step step = carriage.next();
            if (!(step instanceof Carriage.Agree agree)) {
                return step;
            }
            carriage.agreed(agree.agreement(), get(agree.agreement().agreed()));
        }
    }

    @Test
    void secondOwnerDown_pinNotMirrored_movesAgain() throws Exception {
        AffinityConfig config = config();
        try (JvmRoute jvmRoute = new JvmRoute(config, 10)) {
            directory.update(List.of(
                    TestNodes.node("n1", NodeState.MAINTENANCE),
                    TestNodes.node("n2", NodeState.MAINTENANCE),
                    TestNodes.node("n3")));
            AffinityRouter router = router(config, new PinTable(0), load(config));
            AffinityKey key = AffinityKey.ofSession("moved before");
            get(grid.own(key, new Pin("n2", 4), Duration.ZERO));
            assertThat(carry(jvmRoute, router, Claim.ofSession("moved before.n1")))
                    .isInstanceOfSatisfying(
                            Carriage.Hop.class,
                            hop -> assertThat(hop.decision().backend().route()).isEqualTo("n3"));

            get(grid.own(Objects.requireNonNull(tenant(router, "blue").key()), new Pin("n2", 4), Duration.ZERO));
            assertThat(carry(jvmRoute, router, tenant(router, "blue")))
                    .isInstanceOfSatisfying(
                            Carriage.Hop.class,
                            hop -> assertThat(hop.decision().backend().route()).isEqualTo("n3"));
        } finally {
            join3();
        }
    }

    /** A client has as many route cookies as it likes: each makes a pin when its node is down. */
    @Test
    void cookieOwnerDown_noRoomForPins_movesByHashAndWritesNone() throws Exception {
        AffinityConfig config = config();
        PinTable full = new PinTable(2);
        full.adopt(AffinityKey.ofSession("another"), new Pin("n2", 2));
        try (JvmRoute jvmRoute = new JvmRoute(config, 10)) {
            directory.update(
                    List.of(TestNodes.node("n1", NodeState.MAINTENANCE), TestNodes.node("n2"), TestNodes.node("n3")));
            AffinityRouter router = router(config, full, load(config));
            for (int i = 0; i < CLIENTS; i++) {
                AffinityKey key = AffinityKey.ofSession("cookie" + i);
                Node hashed = Objects.requireNonNull(
                        Rendezvous.choose(key, directory.view().ready()));

                assertThat(carry(jvmRoute, router, cookie("n1", key)))
                        .isEqualTo(new Carriage.Hop(new Decision.Forward(hashed, Verdict.REPINNED)));
                assertThat(stored(key)).isNull();

                String other = hashed.route().equals("n2") ? "n3" : "n2";
                get(grid.own(key, new Pin(other, 2), Duration.ZERO)); // by one with room
                assertThat(carry(jvmRoute, router, cookie("n1", key)))
                        .isInstanceOfSatisfying(
                                Carriage.Hop.class,
                                hop -> assertThat(hop.decision().backend().route())
                                        .isEqualTo(other));
            }
        } finally {
            join3();
        }
    }

    @Test
    void cookieOwnerDown_roomForPins_movesAndWritesOne() throws Exception {
        AffinityConfig config = config();
        try (JvmRoute jvmRoute = new JvmRoute(config, 10)) {
            directory.update(List.of(TestNodes.node("n1", NodeState.MAINTENANCE), TestNodes.node("n3")));
            AffinityKey key = AffinityKey.ofSession("cookie with room");

            carry(jvmRoute, router(config, new PinTable(2), load(config)), cookie("n1", key));

            assertThat(stored(key)).isEqualTo(new Pin("n3", 2));
        } finally {
            join3();
        }
    }

    private static Claim cookie(String route, AffinityKey key) {
        return Claim.ofRoute(new SourceSpec(SourceSpec.Kind.COOKIE, "", "", ""), route, key);
    }

    private @Nullable Pin stored(AffinityKey key) throws Exception {
        return get(grid.repin(key, new Pin("nobody", 1), "nobody", Duration.ZERO));
    }

    /** A node that has yet to hear of the end would else refuse it. */
    @Test
    void sessionWithoutAPin_isNobodys() throws Exception {
        AffinityConfig config = config();
        try (JvmRoute jvmRoute = new JvmRoute(config, 10)) {
            directory.update(List.of(TestNodes.node("n1", NodeState.MAINTENANCE), TestNodes.node("n3")));
            AffinityRouter router = router(config, new PinTable(10), load(config));
            get(grid.own(AffinityKey.ofSession("goes on"), new Pin("n3", 4), Duration.ZERO));

            assertThat(agreed(jvmRoute, router, "ended.n1").isOwnerless()).isTrue();
            assertThat(agreed(jvmRoute, router, "goes on.n1").isOwnerless()).isFalse();
        } finally {
            join3();
        }
    }

    /** A request on its first hop. */
    private static Carriage agreed(JvmRoute jvmRoute, AffinityRouter router, String id) throws Exception {
        Claim claim = Claim.ofSession(id);
        Carriage carriage = new Carriage(jvmRoute, router, claim, router.decideFor(claim, Arrival.CLIENT));
        assertThat(carriage.next())
                .isInstanceOfSatisfying(
                        Carriage.Agree.class,
                        agree -> carriage.agreed(
                                agree.agreement(),
                                agree.agreement().agreed().toCompletableFuture().join()));
        assertThat(carriage.next()).isInstanceOf(Carriage.Hop.class);
        return carriage;
    }

    @Test
    void sessionThatItsDrainingOwnerHasNot_isNobodys() {
        AffinityConfig config = config();
        try (JvmRoute jvmRoute = new JvmRoute(config, 10)) {
            AffinityRouter router = router(config, new PinTable(10), load(config));
            Claim claim = Claim.ofSession("ended.n1");
            Carriage carriage = new Carriage(jvmRoute, router, claim, router.decideFor(claim, Arrival.CLIENT));
            assertThat(carriage.next()).isInstanceOf(Carriage.Hop.class);
            assertThat(carriage.isOwnerless()).isFalse();

            carriage.forwarded(new ForwardResult(
                    ForwardResult.Outcome.REFUSED, 421, "", /* error= */ null, HopRefusal.NO_SESSION));

            Carriage.Step second = carriage.next();
            assertThat(second).isInstanceOf(Carriage.Hop.class);
            assertThat(carriage.isOwnerless()).isTrue();

            String tried = ((Carriage.Hop) second).decision().backend().route();
            Pin taken = new Pin(tried.equals("n2") ? "n3" : "n2", 2); // by somebody, meanwhile
            router.learn(Objects.requireNonNull(claim.key()), taken);
            carriage.forwarded(new ForwardResult(ForwardResult.Outcome.UNREACHABLE, 503, "refused"));

            assertThat(carriage.next()).isInstanceOf(Carriage.Hop.class);
            assertThat(carriage.isOwnerless()).isFalse();
        }
    }

    @Test
    void hop_ofASessionThatIsNobodys_isServedWhereItsEndIsNotHeardOf() throws Exception {
        List<Integer> ports = TestNode.freePorts(2);
        String cluster = "test-" + UUID.randomUUID();
        try (JvmRoute frontend = new JvmRoute(
                        member(cluster, ports, 0).set("mode", "frontend").build(), 10);
                JvmRoute node =
                        new JvmRoute(member(cluster, ports, 1).route("n3").build(), 10)) {
            for (JvmRoute each : List.of(frontend, node)) {
                each.start();
                each.awaitJoined(Duration.ofMinutes(3));
            }
            node.ready(URI.create("http://127.0.0.1:1"));
            await().until(() -> frontend.view().find("n3") != null);
            Claim claim = Claim.ofSession("ended.n1");
            node.router().learn(Objects.requireNonNull(claim.key()), new Pin("n2", 4));

            assertThat(refusal(frontend, node, claim, /* ownerless= */ false)).isEqualTo(new HopRefusal("n2", 4));
            assertThat(refusal(frontend, node, claim, /* ownerless= */ true)).isNull();
        }
    }

    private static AffinityConfigBuilder member(String cluster, List<Integer> ports, int index) {
        return AffinityConfig.builder()
                .clusterName(cluster)
                .hazelcastPort(ports.get(index))
                .members("127.0.0.1:" + ports.get(0), "127.0.0.1:" + ports.get(1));
    }

    private static @Nullable HopRefusal refusal(JvmRoute frontend, JvmRoute node, Claim claim, boolean ownerless) {
        DescribedRequest request = new DescribedRequest("/", List.of(), "");
        Node backend = Objects.requireNonNull(frontend.view().find("n3"));
        OwnerWatch hop = Objects.requireNonNull(frontend.watch(request, backend, claim, ownerless));
        HopTicket ticket = Objects.requireNonNull(
                node.verify(new DescribedRequest("/", List.of(HopTicket.HEADER + ": " + hop.ticket()), "")));
        return node.findRefusal(ticket, Objects.requireNonNull(claim.sessionId()));
    }

    private void join3() {
        directory.update(List.of(TestNodes.node("n1"), TestNodes.node("n2"), TestNodes.node("n3")));
    }

    @Test
    void agreedOwnerDown_strict_isRejected() throws Exception {
        AffinityConfig config = config("onOwnerDown", "reject");
        try (JvmRoute jvmRoute = new JvmRoute(config, 10)) {
            directory.update(List.of(TestNodes.node("n1", NodeState.MAINTENANCE), TestNodes.node("n3")));
            AffinityRouter router = router(config, new PinTable(10), load(config));
            get(grid.own(Objects.requireNonNull(tenant(router, "green").key()), new Pin("n1", 2), Duration.ZERO));
            assertThat(carry(jvmRoute, router, tenant(router, "green")))
                    .isInstanceOfSatisfying(
                            Carriage.Done.class,
                            done -> assertThat(done.decision()).isEqualTo(Decision.Reject.OWNER_DOWN));
        } finally {
            join3();
        }
    }

    @Test
    void agreeFirst_ownerKnownToTheGrid_countsNoPlacement() throws Exception {
        AffinityConfig config = config("balance", "least-sessions", "slowStart", "0s");
        LiveLoad load = load(config);
        AffinityRouter router = router(config, new PinTable(1000), load);
        for (int i = 0; i < CLIENTS; i++) {
            Claim claim = tenant(router, "known" + i);
            get(grid.own(Objects.requireNonNull(claim.key()), new Pin("n3", 2), Duration.ZERO));
            get(router.agreeFirst(claim, directory.view()).agreed());
        }
        assertThat(load.sessions(TestNodes.node("n1"))).isZero();
        assertThat(load.sessions(TestNodes.node("n2"))).isZero();
        for (int i = 0; i < 3 * CLIENTS; i++) {
            get(router.agreeFirst(tenant(router, "new" + i), directory.view()).agreed());
        }
        assertThat(load.sessions(TestNodes.node("n1"))).isBetween(CLIENTS - 1, CLIENTS + 1);
    }

    // ---- partitionPolicy=consistent ----

    @Test
    void gridSilent_consistent_isRejected() {
        AffinityConfig config = config("partitionPolicy", "consistent");
        AffinityRouter router = router(config, new PinTable(10), load(config));
        Node n3 = TestNodes.node("n3");
        var silent = new AffinityRouter.Agreement(n3, new CompletableFuture<>(), Verdict.REPINNED);
        assertThat(router.afterAgreement(silent, null, directory.view())).isEqualTo(Decision.Reject.NOT_AGREED);
        var notJoined = AffinityRouter.Agreement.ofHash(n3, Verdict.REPINNED);
        assertThat(router.afterAgreement(notJoined, null, directory.view())).isEqualTo(Decision.Reject.NOT_AGREED);
        var first = new AffinityRouter.Agreement(n3, new CompletableFuture<>(), Verdict.NONE);
        assertThat(router.afterAgreement(first, null, directory.view()))
                .as("nobody else can own it")
                .isEqualTo(new Decision.Forward(n3, Verdict.NONE));
    }

    @Test
    void gridSilent_consistent_isAskedTwiceBeforeTheRequestIsRejected() {
        AffinityConfig config = config("partitionPolicy", "consistent");
        Node n2 = TestNodes.node("n2");
        try (JvmRoute jvmRoute = new JvmRoute(config, 10)) {
            AffinityRouter router = router(config, new PinTable(10), load(config));
            directory.suspect(n2);
            var silent =
                    new AffinityRouter.Agreement(TestNodes.node("n3"), new CompletableFuture<>(), Verdict.REPINNED);
            Claim claim = Claim.ofSession("s.n2");
            Carriage carriage = new Carriage(jvmRoute, router, claim, router.decideFor(claim, Arrival.CLIENT));
            assertThat(carriage.next()).isInstanceOf(Carriage.Agree.class);
            carriage.agreed(silent, null);
            assertThat(carriage.next()).isInstanceOfSatisfying(Carriage.Wait.class, carriage::waited);
            assertThat(carriage.next()).isInstanceOf(Carriage.Agree.class);
            carriage.agreed(silent, null);
            assertThat(carriage.next())
                    .isInstanceOfSatisfying(
                            Carriage.Done.class,
                            done -> assertThat(done.decision()).isEqualTo(Decision.Reject.NOT_AGREED));
        } finally {
            directory.recovered(n2);
        }
    }

    @Test
    void gridAnswers_consistent_counts() {
        AffinityConfig config = config("partitionPolicy", "consistent");
        AffinityRouter router = router(config, new PinTable(10), load(config));
        Node n3 = TestNodes.node("n3");
        var none = new AffinityRouter.Agreement(n3, CompletableFuture.completedFuture(null), Verdict.REPINNED);
        assertThat(router.afterAgreement(none, null, directory.view()))
                .as("no node has stated the session")
                .isEqualTo(new Decision.Forward(n3, Verdict.REPINNED));
        var late =
                new AffinityRouter.Agreement(n3, CompletableFuture.completedFuture(new Pin("n1", 3)), Verdict.REPINNED);
        assertThat(router.afterAgreement(late, null, directory.view()))
                .as("came when the wait was over")
                .isEqualTo(new Decision.Forward(TestNodes.node("n1"), Verdict.REPINNED));
    }

    @Test
    void minority_consistent_isRejectedAndExplained() throws Exception {
        AffinityConfig config = config("partitionPolicy", "consistent");
        try (JvmRoute jvmRoute = new JvmRoute(config, 10)) {
            AffinityRouter router = router(config, new PinTable(10), load(config));
            directory.update(List.of(TestNodes.node("n1")));
            directory.suspect(TestNodes.node("n2"));
            assertThat(carry(jvmRoute, router, Claim.ofSession("s.n2")))
                    .isInstanceOfSatisfying(
                            Carriage.Done.class,
                            done -> assertThat(done.decision()).isEqualTo(Decision.Reject.MINORITY));
            assertThat(new Explainer(router, node -> Duration.ZERO)
                            .explain(Claim.ofSession("s.n2"))
                            .verdict())
                    .isEqualTo("X");
            assertThat(carry(jvmRoute, router, Claim.ofSession("s.n1"))).isInstanceOf(Carriage.Hop.class);
        } finally {
            directory.recovered(TestNodes.node("n2"));
            join3();
        }
    }
}
