package io.jvmroute.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a cluster owes whose sessions' data dies with their node: the nodes agree on the one that takes over, and that gives the client a session, empty, with its own
 * suffix.
 */
public abstract class RoutingContract extends AffinityContract {
    private static final String FORM = "product=rooibos&quantity=1";
    private static final int SESSIONS = 12;

    /** What was a client's session id, what is it now, and where that lives. */
    private record Moved(SessionId old, SessionId now, String owner) {}

    private SessionId begin(String owner) {
        ShopAnswer begun = CLIENT.post(shop(owner), "cart", null, FORM);
        assertThat(begun.status()).as("%s", begun).isEqualTo(303);
        SessionId id = SessionId.cookie(begun.cookieId());
        CLIENT.post(shop(other(owner)), "cart", id, FORM);
        return id;
    }

    /** The first request of a session whose node is gone. */
    private Moved move(SessionId old, String entry) {
        ShopAnswer answer = CLIENT.post(shop(entry), "cart", old, FORM);
        assertThat(answer.status()).as("%s", answer).isEqualTo(303);
        SessionId now = answer.next(old);
        assertThat(now.route()).as("the route in the new id").isEqualTo(answer.node());
        assertThat(state(entry, now).cart())
                .as("a new cart")
                .containsOnlyKeys("rooibos")
                .containsValue(1);
        return new Moved(old, now, answer.node());
    }

    private void assertHome(List<Moved> sessions) {
        for (Moved session : sessions) {
            for (String entry : running()) {
                assertThat(state(entry, session.old()).node())
                        .as("%s by its old id through %s", session, entry)
                        .isEqualTo(session.owner());
                ShopState state = state(entry, session.now());
                assertThat(state.node()).as("%s through %s", session, entry).isEqualTo(session.owner());
                assertThat(state.session()).isTrue();
            }
        }
    }

    /** The first two nodes are of different kinds. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void owner_killedAndRestarted_allAgreeOnOneNodeThatGivesItsSuffix(int node) {
        String victim = cluster().nodes().get(node);
        List<SessionId> ids = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            ids.add(begin(victim));
        }
        cluster().kill(victim);

        List<Moved> moved = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            moved.add(move(ids.get(i), running().get(i % 2)));
        }
        assertThat(moved).extracting(Moved::owner).doesNotContain(route(victim));
        assertHome(moved);

        cluster().start(victim);
        awaitReady();
        assertHome(moved);
    }

    @Test
    void owner_killed_sessionMovesToTheOtherKindOfNodeAndBack() {
        List<String> nodes = cluster().nodes();
        cluster().stop(nodes.get(2)); // leaves what it knows to the others: two that die at once may take a pin along
        awaitReady();
        SessionId id = begin(nodes.get(0));
        cluster().kill(nodes.get(0));

        Moved there = move(id, nodes.get(1));
        assertThat(there.owner()).isEqualTo(route(nodes.get(1)));

        cluster().start(nodes.get(0));
        awaitReady();
        assertHome(List.of(there));
        cluster().kill(nodes.get(1));

        Moved back = move(there.now(), nodes.get(0));
        assertThat(back.owner()).isEqualTo(route(nodes.get(0)));
    }
}
