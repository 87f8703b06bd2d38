package io.jvmroute.examples.run;

import io.jvmroute.examples.run.Statements.Faults;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** One client with one session: knows what its cart must hold and never believes a server that says otherwise. */
final class Shopper {

    private final Client client;
    private final String name;
    private final Map<String, Integer> expectedCart = new HashMap<>();
    private SessionId id;
    private long counter;

    private Shopper(Client client, String name, SessionId id) {
        this.client = client;
        this.name = name;
        this.id = id;
    }

    /** Begins a session by adding a tea; half of all clients accept no cookies. */
    static Shopper begin(Client client, int number, NodePlan at) throws IOException, InterruptedException {
        boolean inCookie = number % 2 == 0;
        Answer answer = client.post(at.shop(), "cart", null, form("sencha"));
        String value = inCookie ? answer.cookieId() : answer.linkId();
        if (value == null) {
            throw new IOException(at.name() + " began no session: status " + answer.status());
        }
        Shopper shopper = new Shopper(client, "session " + number, new SessionId(value, inCookie));
        shopper.expectedCart.put("sencha", 1);
        return shopper;
    }

    /** Its session was left behind: it buys again, in a new one, and forgets what was in the other. */
    Answer beginAnew(NodePlan through, String tea, Faults faults) throws IOException, InterruptedException {
        Answer answer = post(through, tea, id);
        faults.unless(answer.status() == 303, name + " through " + through.name() + ": status " + answer.status());
        SessionId next = answer.next(id);
        faults.unless(!next.withoutRoute().equals(id.withoutRoute()), name + ": no new session at " + answer.node());
        id = next;
        expectedCart.clear();
        counter = 0;
        bought(tea, 1);
        return answer;
    }

    /** What the shop says to this id, without any belief about it. */
    Answer ask(NodePlan through, SessionId with) throws IOException, InterruptedException {
        return client.get(through.shop(), "state", with);
    }

    SessionId id() {
        return id;
    }

    String name() {
        return name;
    }

    /** For faults: where it was answered. */
    String at(NodePlan through, String node, String owner) {
        return "%s through %s: answered by %s, owned by %s".formatted(name, through.name(), node, owner);
    }

    /** Asks for the state and checks what must be true of every answer. */
    State look(NodePlan through, SessionId with, Faults faults) throws IOException, InterruptedException {
        Answer answer = client.get(through.shop(), "state", with);
        if (answer.status() != 200) {
            throw new IOException(name + " through " + through.name() + ": status " + answer.status());
        }
        State state = answer.state();
        adopt(answer, faults);
        String where = name + " through " + through.name() + " at " + state.node() + ": ";
        faults.unless(
                state.cart().equals(expectedCart),
                where + "cart " + state.cart() + " (expected: " + expectedCart + ")");
        faults.unless(state.counter() > counter, where + "counter " + state.counter() + " after " + counter);
        faults.unless(state.owner().equals(state.node()), where + "owner is " + state.owner());
        counter = Math.max(counter, state.counter());
        return state;
    }

    /** Adds one of a tea and goes on with the id of the answer, if it brings a new one. */
    Answer add(NodePlan through, String tea, Faults faults) throws IOException, InterruptedException {
        Answer answer = post(through, tea, id);
        faults.unless(answer.status() == 303, name + " through " + through.name() + ": status " + answer.status());
        bought(tea, 1);
        adopt(answer, faults);
        return answer;
    }

    /** Adds one of a tea, with an id of the caller's choice and no other effect. Safe for use by several threads. */
    Answer post(NodePlan through, String tea, SessionId with) throws IOException, InterruptedException {
        return client.post(through.shop(), "cart", with, form(tea));
    }

    void bought(String tea, int quantity) {
        expectedCart.merge(tea, quantity, Integer::sum);
    }

    /** A new id may name another route, but never another session. */
    void adopt(Answer answer, Faults faults) {
        checkSame(answer, faults);
        id = answer.next(id);
    }

    void checkSame(Answer answer, Faults faults) {
        Function<String, Boolean> isOther =
                value -> !new SessionId(value, true).withoutRoute().equals(id.withoutRoute());
        String cookie = answer.cookieId();
        String link = answer.linkId();
        boolean isSecond = (cookie != null && isOther.apply(cookie)) || (link != null && isOther.apply(link));
        faults.unless(!isSecond, name + ": a second session appeared at " + answer.node());
    }

    private static Map<String, String> form(String tea) {
        return Map.of("product", tea, "quantity", "1");
    }
}
