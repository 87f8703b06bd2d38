package io.jvmroute.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmroute.it.contract.SessionId;
import io.jvmroute.it.contract.ShopAnswer;
import io.jvmroute.it.contract.ShopClient;
import io.jvmroute.it.contract.ShopState;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two real Jettys with the module, the shop and a store that they share. */
final class JettyFailoverIT {
    private final ShopClient client = new ShopClient();
    private JettyNode n1;
    private JettyNode n2;

    @BeforeEach
    void start() throws Exception {
        FreePorts ports = new FreePorts();
        int[] hazelcast = {ports.take(), ports.take()};
        int[] store = {ports.take(), ports.take()};
        n1 = node("n1", hazelcast[0], hazelcast, store[0], store);
        n2 = node("n2", hazelcast[1], hazelcast, store[1], store);
        n1.start();
        n2.start();
        awaitKnown(n1, n2);
        awaitStore();
        awaitKnown(n2, n1);
        awaitStore();
    }

    private static JettyNode node(String route, int port, int[] ports, int storePort, int[] storePorts)
            throws Exception {
        return JettyNode.named("jetty-failover-" + route)
                .withJvmroute()
                .route(route)
                .option("members", "127.0.0.1:" + ports[0] + ",127.0.0.1:" + ports[1])
                .option("hazelcastPort", String.valueOf(port))
                .sessionStore(storePort, storePorts)
                .application(JettyRuntime.shop())
                .node();
    }

    @AfterEach
    void end() {
        n1.close();
        n2.close();
    }

    @Test
    void session_movesFromKilledNode_andBack() throws Exception {
        SessionId began = buy(shop(n1), null);
        assertThat(began.route()).isEqualTo("n1");
        assertThat(state(n1, began))
                .extracting(ShopState::node, ShopState::hops)
                .containsExactly("n1", 0);
        assertThat(state(n2, began))
                .extracting(ShopState::node, ShopState::hops)
                .containsExactly("n1", 1);

        n1.kill();
        SessionId moved = buy(shop(n2), began);
        assertThat(moved).isEqualTo(SessionId.cookie(began.bare() + ".n2"));
        assertThat(state(n2, moved).cart()).isEqualTo(Map.of("sencha", 2));

        n1.start();
        awaitKnown(n2, n1);
        awaitStore();
        assertThat(state(n1, began))
                .extracting(ShopState::node, ShopState::hops)
                .containsExactly("n2", 1);
        assertThat(buy(shop(n1), moved).route()).isEqualTo("n2");

        n2.kill();
        SessionId back = buy(shop(n1), moved);
        assertThat(back).isEqualTo(began);
        assertThat(state(n1, back).cart()).isEqualTo(Map.of("sencha", 4));
        assertThat(state(n1, back).moves()).isEqualTo(2);
        assertThat(trouble(n1)).isEmpty();
        n1.stop();
        assertThat(trouble(n1)).isEmpty();
    }

    @Test
    void session_movesAway_whenItsNodeStops_andComesBackWithWhatWasBoughtMeanwhile() throws Exception {
        SessionId began = buy(shop(n1), null);

        n2.stop();
        assertThat(trouble(n2)).isEmpty();
        n2.start();
        awaitKnown(n1, n2);
        awaitStore();
        assertThat(state(n2, began).node()).isEqualTo("n1");

        n1.stop();
        assertThat(trouble(n1)).isEmpty();
        SessionId moved = buy(shop(n2), began);
        assertThat(moved.route()).isEqualTo("n2");
        assertThat(state(n2, moved).cart()).isEqualTo(Map.of("sencha", 2));
    }

    /** Warnings and errors, but for what Hazelcast says of connections to a node that is not there any more. */
    private static List<String> trouble(JettyNode node) throws Exception {
        return node.log()
                .lines()
                .filter(line -> line.matches("\\S+ \\S+ (WARNING|SEVERE) .*|\\S+ [^ ]+:(WARN|ERROR) ?:.*"))
                .filter(line -> !line.contains(" WARNING com.hazelcast."))
                // a node that is back before the other has let go of its killed life may join late
                .filter(line -> !line.contains("DEGRADED: the cluster is not joined after"))
                .toList();
    }

    private void awaitKnown(JettyNode owner, JettyNode other) {
        Awaitility.await().until(() -> {
            SessionId id = buy(shop(owner), null);
            return client.get(shop(other), "state", id).node().equals(id.route());
        });
    }

    /** The store is a cluster of its own: what a node that dies alone has is gone. */
    private void awaitStore() {
        Awaitility.await().until(() -> {
            try (NodeJmx one = NodeJmx.attach(n1.handle().pid(), "n1");
                    NodeJmx other = NodeJmx.attach(n2.handle().pid(), "n2")) {
                return one.isStoreWhole(2) && other.isStoreWhole(2);
            }
        });
    }

    private SessionId buy(URI shop, SessionId id) {
        ShopAnswer answer = client.post(shop, "cart", id, "product=sencha&quantity=1");
        assertThat(answer.status()).as("%s", answer).isEqualTo(303);
        return id == null ? SessionId.cookie(Objects.requireNonNull(answer.cookieId())) : answer.next(id);
    }

    private ShopState state(JettyNode through, SessionId id) {
        ShopAnswer answer = client.get(shop(through), "state", id);
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        return answer.state();
    }

    private static URI shop(JettyNode node) {
        return node.uri("/shop/");
    }
}
