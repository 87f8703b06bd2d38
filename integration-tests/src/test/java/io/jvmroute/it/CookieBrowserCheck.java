package io.jvmroute.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * What a real browser does with the route cookie: as session cookie, as persistent cookie, and partitioned in an embedded frame. Needs a Chromium on
 * the PATH. Exit status 1, and what was expected, at the first thing that differs.
 */
final class CookieBrowserCheck {
    private static final int UNTIL_END = 0;
    private static final int KEPT = 1;
    private static final int APART = 2;
    private static final int LOADS = 5;

    private final PersistenceNodes nodes;
    private Browser browser;

    private CookieBrowserCheck(PersistenceNodes nodes, Browser browser) {
        this.nodes = nodes;
        this.browser = browser;
    }

    public static void main(String[] arguments) {
        try (PersistenceNodes nodes = PersistenceNodes.start(
                "browser-cookies",
                "affinity=\"cookie\" routeCookieName=\"UNTIL_END\"",
                "affinity=\"cookie\" routeCookieName=\"KEPT\" routeCookieMaxAge=\"5m\"",
                "affinity=\"cookie\" routeCookieName=\"APART\" routeCookieSameSite=\"none\" routeCookieSecure=\"true\""
                        + " routeCookiePartitioned=\"true\"")) {
            CookieBrowserCheck check = new CookieBrowserCheck(nodes, Browser.start());
            try {
                check.restart();
                check.frames();
            } finally {
                check.browser.close();
            }
            System.out.println("cookie check: all as it should be");
        } catch (Exception | AssertionError e) {
            System.err.println("cookie check: " + e.getMessage());
            e.printStackTrace();
            System.exit(1);
        }
    }

    private List<Json> cookies(String name) throws InterruptedException {
        return browser.cookies().stream()
                .filter(cookie -> cookie.get("name").text().equals(name))
                .toList();
    }

    private List<String> values(String name) throws InterruptedException {
        return cookies(name).stream().map(cookie -> cookie.get("value").text()).toList();
    }

    /** The node that answers. */
    private String ask(int frontend) throws InterruptedException {
        try (BrowserPage page = browser.page()) {
            page.open(nodes.where(frontend));
            return page.evaluate("document.body.innerText").text();
        }
    }

    private void restart() throws Exception {
        ask(UNTIL_END);
        String home = ask(KEPT);
        assertThat(cookies("UNTIL_END"))
                .singleElement()
                .matches(cookie -> cookie.get("session").value() == Boolean.TRUE);
        assertThat(cookies("KEPT"))
                .singleElement()
                .matches(cookie -> cookie.get("session").value() == Boolean.FALSE);
        List<String> kept = values("KEPT");
        for (int i = 0; i < LOADS; i++) {
            assertThat(ask(KEPT)).isEqualTo(home);
        }

        browser = browser.restart();
        assertThat(values("UNTIL_END"))
                .as("the session cookie ends with the browser")
                .isEmpty();
        assertThat(values("KEPT")).as("the persistent cookie is still there").isEqualTo(kept);
        assertThat(ask(KEPT)).as("and leads home").isEqualTo(home);
        assertThat(values("KEPT")).as("and is not set again").isEqualTo(kept);
        System.out.println("session cookie gone after a restart, persistent cookie kept");
    }

    /** A page of 127.0.0.1, and one of localhost, with the same frame of localhost. */
    private void frames() throws Exception {
        URI frame = URI.create(nodes.where(APART).toString().replace("127.0.0.1", "localhost"));
        URI elsewhere = URI.create(nodes.where(UNTIL_END) + "?frame=" + frame);
        URI sameSite = URI.create(elsewhere.toString().replaceFirst("127\\.0\\.0\\.1", "localhost"));
        load(elsewhere);
        List<String> first = values("APART");
        assertThat(first).as("a cookie for the frame").hasSize(1);
        for (int i = 0; i < LOADS; i++) {
            load(elsewhere);
        }
        assertThat(values("APART"))
                .as("sent back by the frame, or it would have been set again")
                .isEqualTo(first);

        load(sameSite);
        List<String> partitions = new ArrayList<>();
        for (Json cookie : cookies("APART")) {
            partitions.add(cookie.get("partitionKey").get("topLevelSite").text());
        }
        assertThat(partitions).containsExactlyInAnyOrder("http://127.0.0.1", "http://localhost");
        assertThat(values("APART")).as("one of its own for each top-level site").doesNotHaveDuplicates();
        System.out.println("partitioned cookies: " + partitions);
    }

    private void load(URI address) throws InterruptedException {
        try (BrowserPage page = browser.page()) {
            page.open(address);
        }
    }
}
