package io.jvmroute.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmroute.it.TomcatRuntime;
import io.jvmroute.it.contract.SessionId.Carrier;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.jboss.arquillian.container.test.api.ContainerController;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.TargetsContainer;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every cluster owes its clients, whichever containers it is made of and whatever becomes of its sessions' data. {@link FailoverContract} adds what a
 * cluster owes that keeps the data when a node dies, {@link RoutingContract} what one owes that does not.
 *
 * <p>The nodes go on running from one test to the next. Times are printed, not asserted: machines differ.
 */
@ExtendWith(ArquillianExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class AffinityContract {
    static final ShopClient CLIENT = new ShopClient();
    static final Duration READY = Duration.ofMinutes(3);

    /** More than a hop keeps for a second try, less than the least limit that containers have for forms. */
    private static final String PADDING = "&padding=" + "x".repeat(100_000);

    @ArquillianResource
    private ContainerController controller;

    @ArquillianResource
    private Deployer deployer;

    private @Nullable ContractCluster cluster;

    @Deployment(name = "n1", testable = false, managed = false)
    @TargetsContainer("n1")
    static WebArchive first() {
        return shop();
    }

    @Deployment(name = "n2", testable = false, managed = false)
    @TargetsContainer("n2")
    static WebArchive second() {
        return shop();
    }

    @Deployment(name = "n3", testable = false, managed = false)
    @TargetsContainer("n3")
    static WebArchive third() {
        return shop();
    }

    private static WebArchive shop() {
        return ShrinkWrap.createFromZipFile(
                WebArchive.class, TomcatRuntime.shop().toFile());
    }

    /** The cluster, not started. Called once. */
    protected abstract ContractCluster make(ContainerController controller, Deployer deployer) throws Exception;

    /** The cluster, the same for all tests of the class. */
    final ContractCluster cluster() {
        return Objects.requireNonNull(cluster);
    }

    @AfterAll
    final void endNodes() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @BeforeEach
    final void startNodes() throws Exception {
        if (cluster == null) {
            cluster = make(controller, deployer); // Arquillian gives its own to each test
        }
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

    final void awaitReady() {
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

    private static BodyPublisher chunked(String body) {
        return BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
    }

    final ShopState state(String entry, SessionId id) {
        ShopAnswer answer = CLIENT.get(shop(entry), "state", id);
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        return answer.state();
    }

    final List<String> running() {
        return cluster().nodes().stream().filter(cluster()::isRunning).toList();
    }

    final String other(String node) {
        List<String> nodes = cluster().nodes();
        return nodes.get((nodes.indexOf(node) + 1) % nodes.size());
    }

    final URI shop(String node) {
        return cluster().shop(node);
    }

    final String route(String node) {
        return cluster().route(node);
    }
}
