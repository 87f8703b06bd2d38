package io.jvmroute.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmroute.it.contract.SessionId.Carrier;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every cluster owes its clients, whichever containers it is made of.
 *
 * <p>The nodes go on running from one test to the next. Times are printed, not asserted: machines differ.
 */
public abstract class AffinityContract {
    private static final ShopClient CLIENT = new ShopClient();
    private static final Duration READY = Duration.ofMinutes(3);

    /** More than a hop keeps for a second try, less than the least limit that containers have for forms. */
    private static final String PADDING = "&padding=" + "x".repeat(100_000);

    private static final int SESSIONS = 12;
    private static final int MANY = 1000;
    /** As many at the same moment; fewer than a node may forward by default. */
    private static final int AT_ONCE = 40;

    /** The cluster, the same for all tests of the class. */
    protected abstract ContractCluster cluster();

    @BeforeEach
    final void startNodes() {
        for (String node : cluster().nodes()) {
            if (!cluster().isRunning(node)) {
                cluster().start(node);
            }
        }
        awaitReady();
    }

    @AfterEach
    final void nothingInFlight() {
        Awaitility.await().untilAsserted(() -> {
            for (String node : running()) {
                assertThat(cluster().forwardsInFlight(node)).as(node).isZero();
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void session_anyEntry_servedByItsOwner(Carrier carrier) {
        for (String owner : cluster().nodes()) {
            Shopper shopper = Shopper.begin(CLIENT, shop(owner), carrier);
            assertThat(shopper.id().route()).isEqualTo(route(owner));
            for (String entry : cluster().nodes()) {
                ShopState state = shopper.look(shop(entry));
                assertThat(state.node()).as("%s through %s", owner, entry).isEqualTo(route(owner));
                assertThat(state.hops()).as("%s through %s", owner, entry).isEqualTo(entry.equals(owner) ? 0 : 1);
            }
            assertThat(shopper.id().route()).isEqualTo(route(owner));
        }
    }

    @ParameterizedTest
    @EnumSource
    void body_throughTheHop_arrivesWhole(Carrier carrier) {
        String form = "product=assam&quantity=1";
        for (String owner : cluster().nodes()) {
            Shopper shopper = Shopper.begin(CLIENT, shop(owner), carrier);
            for (String entry : cluster().nodes()) {
                for (String body : List.of(form, form + PADDING)) {
                    for (BodyPublisher publisher : List.of(BodyPublishers.ofString(body), chunked(body))) {
                        assertThat(shopper.add(shop(entry), "assam", publisher).node())
                                .as("%s through %s", owner, entry)
                                .isEqualTo(route(owner));
                    }
                }
                shopper.look(shop(entry));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void login_newId_isFollowed(Carrier carrier) {
        for (String owner : cluster().nodes()) {
            Shopper shopper = Shopper.begin(CLIENT, shop(owner), carrier);
            SessionId old = shopper.id();
            assertThat(shopper.login(shop(other(owner))).node()).isEqualTo(route(owner));
            assertThat(shopper.id().bare()).isNotEqualTo(old.bare());
            assertThat(shopper.id().route()).isEqualTo(route(owner));
            for (String entry : cluster().nodes()) {
                assertThat(shopper.look(shop(entry)).node()).isEqualTo(route(owner));
                assertThat(state(entry, old).session()).as("the old id").isFalse();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void logout_anyEntry_endsTheSession(Carrier carrier) {
        for (String owner : cluster().nodes()) {
            Shopper shopper = Shopper.begin(CLIENT, shop(owner), carrier);
            shopper.logout(shop(other(owner)));
            for (String entry : cluster().nodes()) {
                assertThat(state(entry, shopper.id()).session()).as(entry).isFalse();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0123456789ABCDEF0123456789ABCDEF.n99",
                "0123456789ABCDEF0123456789ABCDEF",
                "garbage",
                "garbage.",
                ".",
                "0123.n1.n2",
                "0123.%6e1",
                "../../../etc/passwd.127-0-0-1",
                "0123.127.0.0.1:22"
            })
    void route_unknown_servedWhereItArrives(String value) {
        for (String entry : cluster().nodes()) {
            ShopState state = state(entry, SessionId.cookie(value));
            assertThat(state.node()).isEqualTo(route(entry));
            assertThat(state.hops()).isZero();
            assertThat(state.session()).isFalse();
        }
    }

    @Test
    void owner_killedAndRestarted_sessionsMoveOnceToOneAgreedNode() {
        String victim = cluster().nodes().get(0);
        List<Shopper> shoppers = begin(victim);
        List<SessionId> oldIds = shoppers.stream().map(Shopper::id).toList();
        cluster().kill(victim);

        List<String> owners = new ArrayList<>();
        long slowest = 0;
        for (int i = 0; i < SESSIONS; i++) {
            ShopAnswer first = shoppers.get(i).add(shop(running().get(i % 2)), "rooibos");
            slowest = Math.max(slowest, first.took().toMillis());
            assertThat(first.node()).isNotEqualTo(route(victim));
            assertThat(shoppers.get(i).id().route())
                    .as("the route in the new id")
                    .isEqualTo(first.node());
            owners.add(first.node());
        }
        assertHome(shoppers, oldIds, owners);
        System.out.printf("%s killed: slowest first answer of %d sessions %d ms%n", victim, SESSIONS, slowest);

        cluster().start(victim);
        awaitReady();
        assertHome(shoppers, oldIds, owners);
    }

    @Test
    void owner_killed_parallelRequestsWithTheOldIdKeepOneCart() {
        String victim = cluster().nodes().get(1);
        Shopper shopper = Shopper.begin(CLIENT, shop(victim), Carrier.COOKIE);
        SessionId old = shopper.id();
        cluster().kill(victim);

        List<CompletableFuture<ShopAnswer>> answers = IntStream.range(0, 8)
                .mapToObj(i -> CLIENT.postLater(
                        shop(running().get(i % 2)), "cart", old, BodyPublishers.ofString("product=rooibos&quantity=1")))
                .toList();
        assertThat(answers).extracting(answer -> answer.join().status()).containsOnly(303);
        assertThat(answers.stream().map(answer -> answer.join().node()).distinct())
                .as("nodes that answered")
                .hasSize(1);
        assertThat(answers.stream().map(answer -> answer.join().next(old)).distinct())
                .as("ids that the client was given")
                .hasSize(1)
                .first()
                .extracting(SessionId::bare)
                .isEqualTo(old.bare());
        shopper.count("rooibos", 8);
        for (String entry : running()) {
            for (SessionId id : List.of(old, answers.get(0).join().next(old))) {
                assertThat(shopper.look(shop(entry), id).node())
                        .isEqualTo(answers.get(0).join().node());
            }
        }
    }

    @Test
    void owner_killed_twoNodesAskedAtTheSameMomentAgree() {
        String victim = cluster().nodes().get(2);
        List<SessionId> ids = new ArrayList<>();
        while (ids.size() < MANY) {
            inParallel(
                            AT_ONCE,
                            i -> CLIENT.postLater(
                                    shop(victim), "cart", null, BodyPublishers.ofString("product=sencha&quantity=1")))
                    .forEach(begun -> ids.add(SessionId.cookie(begun.cookieId())));
        }
        cluster().kill(victim);

        int agreed = 0;
        int kept = 0;
        long start = System.nanoTime();
        for (int from = 0; from < MANY; from += AT_ONCE) {
            int wave = from;
            List<ShopAnswer> answers = inParallel(
                    2 * AT_ONCE, i -> CLIENT.getLater(shop(running().get(i % 2)), "state", ids.get(wave + i / 2)));
            for (int i = 0; i < answers.size(); i += 2) {
                ShopState one = answers.get(i).state();
                ShopState other = answers.get(i + 1).state();
                agreed += one.node().equals(other.node()) ? 1 : 0;
                kept += one.cart().equals(other.cart()) && one.cart().size() == 1 ? 1 : 0;
            }
        }
        System.out.printf(
                "%s killed: %d of %d sessions asked for through two nodes at once agree, %d kept their cart, %d ms in all%n",
                victim,
                agreed,
                MANY,
                kept,
                Duration.ofNanos(System.nanoTime() - start).toMillis());
        assertThat(agreed).isEqualTo(MANY);
        assertThat(kept).isEqualTo(MANY);
    }

    private void awaitReady() {
        cluster().awaitCopies();
        Awaitility.await().atMost(READY).pollInterval(Duration.ofMillis(200)).untilAsserted(() -> {
            for (String owner : running()) {
                Shopper shopper = Shopper.begin(CLIENT, shop(owner), Carrier.COOKIE);
                for (String entry : running()) {
                    assertThat(shopper.look(shop(entry)).node())
                            .as("%s through %s", owner, entry)
                            .isEqualTo(route(owner));
                }
                shopper.logout(shop(owner));
            }
        });
    }

    private List<Shopper> begin(String owner) {
        List<Shopper> shoppers = IntStream.range(0, SESSIONS)
                .mapToObj(i -> Shopper.begin(CLIENT, shop(owner), i % 4 < 2 ? Carrier.COOKIE : Carrier.URL))
                .toList();
        // What came after a session's first request must outlive its node too.
        shoppers.forEach(shopper -> shopper.add(shop(other(owner)), "assam"));
        return shoppers;
    }

    /** Each session is at its owner, through each running node, with the id that it has now and the one before. */
    private void assertHome(List<Shopper> shoppers, List<SessionId> oldIds, List<String> owners) {
        for (int i = 0; i < shoppers.size(); i++) {
            for (String entry : running()) {
                for (SessionId id : List.of(oldIds.get(i), shoppers.get(i).id())) {
                    ShopState state = shoppers.get(i).look(shop(entry), id);
                    assertThat(state.node())
                            .as("session %d through %s", i, entry)
                            .isEqualTo(owners.get(i));
                    assertThat(state.moves()).isEqualTo(1);
                    assertThat(state.hops()).isEqualTo(route(entry).equals(owners.get(i)) ? 0 : 1);
                }
            }
        }
    }

    private interface Call {
        CompletableFuture<ShopAnswer> send(int i);
    }

    private static List<ShopAnswer> inParallel(int count, Call call) {
        List<CompletableFuture<ShopAnswer>> sent =
                IntStream.range(0, count).mapToObj(call::send).toList();
        List<ShopAnswer> answers = sent.stream().map(CompletableFuture::join).toList();
        assertThat(answers).extracting(ShopAnswer::status).isSubsetOf(200, 303);
        return answers;
    }

    private static BodyPublisher chunked(String body) {
        return BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
    }

    private ShopState state(String entry, SessionId id) {
        ShopAnswer answer = CLIENT.get(shop(entry), "state", id);
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        return answer.state();
    }

    private List<String> running() {
        return cluster().nodes().stream().filter(cluster()::isRunning).toList();
    }

    private String other(String node) {
        List<String> nodes = cluster().nodes();
        return nodes.get((nodes.indexOf(node) + 1) % nodes.size());
    }

    private URI shop(String node) {
        return cluster().shop(node);
    }

    private String route(String node) {
        return cluster().route(node);
    }
}
