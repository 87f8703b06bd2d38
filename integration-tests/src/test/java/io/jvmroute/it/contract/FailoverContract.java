package io.jvmroute.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmroute.it.contract.SessionId.Carrier;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What a cluster owes whose sessions' data outlives their node, in copies or in a shared store. */
public abstract class FailoverContract extends AffinityContract {
    private static final int SESSIONS = 12;
    /** Tomcat's replication waits for a frozen member with each answer. */
    private static final int FEW = 4;

    private static final int MANY = 1000;
    /** As many at the same moment; fewer than a node may forward by default. */
    private static final int AT_ONCE = 40;

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
    void owner_frozen_itsSessionsMove_andItDoesNotServeThemWhenItThaws() {
        String victim = cluster().nodes().get(0);
        String entry = cluster().nodes().get(1);
        List<Shopper> shoppers = begin(victim);
        List<SessionId> oldIds = shoppers.stream().map(Shopper::id).toList();
        cluster().freeze(victim);
        ShopAnswer waited = CLIENT.post(shop(entry), "cart", shoppers.get(0).id(), "product=rooibos&quantity=1");
        assertThat(waited.status()).as("%s", waited).isEqualTo(504);
        System.out.printf(
                "%s frozen: what waited for it got 504 after %d ms%n",
                victim, waited.took().toMillis());
        for (Shopper shopper : shoppers.subList(1, FEW)) {
            ShopAnswer moved = shopper.add(shop(entry), "rooibos");
            assertThat(moved.node()).isNotEqualTo(route(victim));
            assertThat(shopper.id().route()).isEqualTo(moved.node());
        }

        cluster().thaw(victim);
        for (int i = 1; i < FEW; i++) { // before and after it has learned
            SessionId old = oldIds.get(i);
            Awaitility.await()
                    .atMost(READY)
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> {
                        ShopAnswer answer = CLIENT.get(shop(victim), "state", old);
                        if (answer.status() != 503) {
                            assertThat(answer.state().node()).isNotEqualTo(route(victim));
                        }
                        return answer.status() == 200;
                    });
            SessionId now = shoppers.get(i).id();
            assertThat(state(victim, now).node()).isEqualTo(now.route());
        }
        awaitReady();
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
        // Jetty tells the new id once: a request that comes after that answer and carries the old one is told nothing
        List<SessionId> given = answers.stream()
                .map(CompletableFuture::join)
                .filter(answer -> answer.cookieId() != null)
                .map(answer -> answer.next(old))
                .distinct()
                .toList();
        assertThat(given).as("ids that the client was given").hasSize(1);
        assertThat(given.get(0).bare()).isEqualTo(old.bare());
        shopper.count("rooibos", 8);
        for (String entry : running()) {
            for (SessionId id : List.of(old, given.get(0))) {
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
}
