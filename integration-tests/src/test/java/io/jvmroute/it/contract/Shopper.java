package io.jvmroute.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** One client with one session: knows what must be in it, and asserts that with every answer. */
public final class Shopper {
    private final ShopClient client;
    private final Map<String, Integer> cart = new TreeMap<>();
    private SessionId id;
    private long counter;

    private Shopper(ShopClient client, SessionId id) {
        this.client = client;
        this.id = id;
    }

    /** Begins a session at this shop with one thing in the cart. */
    public static Shopper begin(ShopClient client, URI shop, SessionId.Carrier carrier) {
        ShopAnswer answer = client.post(shop, "cart", null, "product=sencha&quantity=1");
        assertThat(answer.status()).as("%s", answer).isEqualTo(303);
        String id = carrier == SessionId.Carrier.COOKIE ? answer.cookieId() : answer.linkId();
        Shopper shopper = new Shopper(
                client, new SessionId(Objects.requireNonNull(id, () -> answer + " (expected: a session id)"), carrier));
        shopper.count("sencha", 1);
        return shopper;
    }

    SessionId id() {
        return id;
    }

    /** Looks at the session with the id that it has now. */
    public ShopState look(URI shop) {
        return look(shop, id);
    }

    /** Looks at the session with an id that it has or had. */
    ShopState look(URI shop, SessionId asked) {
        ShopAnswer answer = client.get(shop, "state", asked);
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        ShopState state = answer.state();
        counter++;
        assertThat(state.cart()).as("cart in %s", state).isEqualTo(cart);
        assertThat(state.counter()).as("requests in %s", state).isEqualTo(counter);
        id = answer.next(id);
        return state;
    }

    /** Puts one more into the cart. */
    public ShopAnswer add(URI shop, String product) {
        return add(shop, product, BodyPublishers.ofString("product=" + product + "&quantity=1"));
    }

    /** Puts one more into the cart; the form says the same. */
    ShopAnswer add(URI shop, String product, BodyPublisher form) {
        ShopAnswer answer = client.postLater(shop, "cart", id, form).join();
        assertThat(answer.status()).as("%s", answer).isEqualTo(303);
        count(product, 1);
        id = answer.next(id);
        return answer;
    }

    /** Another client of the same session put things into the cart. */
    void count(String product, int requests) {
        cart.merge(product, requests, Integer::sum);
        counter += requests;
    }

    ShopAnswer login(URI shop) {
        ShopAnswer answer = client.post(shop, "login", id, "name=Ada");
        assertThat(answer.status()).as("%s", answer).isEqualTo(303);
        counter++;
        id = answer.next(id);
        return answer;
    }

    /** Ends the session. */
    public void logout(URI shop) {
        ShopAnswer answer = client.post(shop, "logout", id, "");
        assertThat(answer.status()).as("%s", answer).isEqualTo(303);
    }
}
