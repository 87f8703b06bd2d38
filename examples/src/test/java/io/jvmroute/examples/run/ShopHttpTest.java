package io.jvmroute.examples.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmroute.examples.CartServlet;
import io.jvmroute.examples.LoginServlet;
import io.jvmroute.examples.LogoutServlet;
import io.jvmroute.examples.PlainServlet;
import io.jvmroute.examples.ShopFilter;
import io.jvmroute.examples.ShopServlet;
import io.jvmroute.examples.StateServlet;
import jakarta.servlet.http.HttpServlet;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shop in a Tomcat without the valve, seen by the runner's client. */
final class ShopHttpTest {

    private final Tomcat tomcat = new Tomcat();
    private final Client client = new Client();

    @TempDir
    private Path base;

    private URI shop;

    @BeforeEach
    void start() throws Exception {
        tomcat.setBaseDir(base.toString());
        tomcat.setPort(0);
        tomcat.getEngine().setJvmRoute("n7");
        Context context = tomcat.addContext("/shop", new File(base.toString()).getAbsolutePath());
        add(context, "", new ShopServlet());
        add(context, "/cart", new CartServlet());
        add(context, "/state", new StateServlet());
        add(context, "/login", new LoginServlet());
        add(context, "/logout", new LogoutServlet());
        add(context, "/plain", new PlainServlet());
        addFilter(context);
        tomcat.start();
        shop = URI.create("http://127.0.0.1:" + tomcat.getConnector().getLocalPort() + "/shop/");
    }

    @AfterEach
    void stop() throws Exception {
        tomcat.stop();
        tomcat.destroy();
    }

    @Test
    void cart_withoutCookies() throws Exception {
        SessionId id = new SessionId(add("sencha", "2", null).linkId(), /* inCookie= */ false);
        add("oolong", "1", id);

        assertThat(client.get(shop, "state", id).state())
                .isEqualTo(new State("n7", "n7", 0, "", "", 3, Map.of("sencha", 2, "oolong", 1), 0));
        assertThat(client.get(shop, "", id).body()).contains("action=\"/shop/cart;jsessionid=" + id.value());
    }

    @Test
    void cart_set() throws Exception {
        SessionId id = begin();
        Map<String, String> none = Map.of("product", "sencha", "quantity", "0", "mode", "set");

        assertThat(client.post(shop, "cart", id, none).status()).isEqualTo(303);
        assertThat(client.get(shop, "state", id).state().cart()).isEmpty();
    }

    @Test
    void cart_refusesNonsense() throws Exception {
        for (String quantity : List.of("", "0", "-1", "1000", "x", "99999999999")) {
            assertThat(add("sencha", quantity, null).status()).as(quantity).isEqualTo(400);
        }
        assertThat(add("coffee", "1", null).status()).isEqualTo(400);
    }

    @Test
    void cart_parallelRequestsLoseNothing() throws Exception {
        SessionId id = begin();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Future<Answer>> answers = IntStream.range(0, 200)
                .mapToObj(i -> threads.submit(() -> add("sencha", "1", id)))
                .toList();
        for (Future<Answer> answer : answers) {
            assertThat(answer.get().status()).isEqualTo(303);
        }
        threads.shutdown();

        State state = client.get(shop, "state", id).state();
        assertThat(state.cart()).containsEntry("sencha", 201);
        assertThat(state.counter()).isEqualTo(202);
    }

    @Test
    void login_changesTheId_logoutEndsTheSession() throws Exception {
        SessionId before = begin();
        Answer login = client.post(shop, "login", before, Map.of("name", "<b>Ada</b>"));
        SessionId after = login.next(before);

        assertThat(after.withoutRoute()).isNotEqualTo(before.withoutRoute());
        assertThat(client.get(shop, "", after).body()).contains("&lt;b&gt;Ada").doesNotContain("<b>Ada");
        assertThat(client.get(shop, "state", after).state().cart()).containsEntry("sencha", 1);

        client.post(shop, "logout", after, Map.of());
        assertThat(client.get(shop, "state", after).state().counter()).isZero();
    }

    @Test
    void page_saysThatThereIsNoValve() throws Exception {
        String page = client.get(shop, "", begin()).body();

        assertThat(page).contains("No valve here", "Your cart", "href=\"/shop/shop.css\"");
    }

    /** As of a session that lived on another node, with which this one shares no store. */
    @Test
    void session_leftBehind_isTold() throws Exception {
        SessionId elsewhere = new SessionId("0123456789ABCDEF0123456789ABCDEF.n1", /* inCookie= */ true);
        SessionId id = add("sencha", "1", elsewhere).next(elsewhere);

        assertThat(id.withoutRoute()).isNotEqualTo(elsewhere.withoutRoute());
        assertThat(client.get(shop, "state", id).state().left()).isEqualTo("n1");
        assertThat(client.get(shop, "", id).body())
                .contains("the one that you had on")
                .contains(">n1</span> is lost");
    }

    @Test
    void session_endedAtThisNode_isNotLeftBehind() throws Exception {
        SessionId ended = begin();
        client.post(shop, "logout", ended, Map.of());

        assertThat(client.get(shop, "state", ended).state().left()).isEmpty();
        SessionId next = add("sencha", "1", ended).next(ended);
        assertThat(client.get(shop, "state", next).state().left()).isEmpty();
    }

    @Test
    void plain_beginsNoSession() throws Exception {
        Answer answer = client.get(shop, "plain", null);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.cookieId()).isNull();
    }

    @Test
    void state_showsNoSessionId() throws Exception {
        SessionId id = begin();

        assertThat(client.get(shop, "state", id).body()).doesNotContain(id.withoutRoute());
    }

    private SessionId begin() throws IOException, InterruptedException {
        return new SessionId(add("sencha", "1", null).cookieId(), /* inCookie= */ true);
    }

    private Answer add(String product, String quantity, SessionId id) throws IOException, InterruptedException {
        return client.post(shop, "cart", id, Map.of("product", product, "quantity", quantity));
    }

    private static void add(Context context, String path, HttpServlet servlet) {
        Tomcat.addServlet(context, servlet.getClass().getSimpleName(), servlet).addMapping(path);
    }

    private static void addFilter(Context context) {
        FilterDef definition = new FilterDef();
        definition.setFilterName("shop");
        definition.setFilter(new ShopFilter());
        context.addFilterDef(definition);
        FilterMap mapping = new FilterMap();
        mapping.setFilterName("shop");
        mapping.addURLPattern("/*");
        context.addFilterMap(mapping);
    }
}
