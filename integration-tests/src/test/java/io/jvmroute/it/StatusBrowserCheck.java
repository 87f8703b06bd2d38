package io.jvmroute.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a real browser shows of a cluster that serves visitors, loses a node by SIGKILL, and drains another by the button on its page. Needs a Chromium on
 * the PATH. Exit status 1, and what was expected, at the first thing that differs. The pictures are in {@code target/status}.
 */
final class StatusBrowserCheck {
    private static final String TOKEN = "only-for-this-check";
    private static final String ATTRIBUTES = "statusPath=\"/jvmroute\" statusToken=\"" + TOKEN + "\"";
    private static final int WIDE = 1280;
    private static final int PHONE = 360;
    private static final int HOME = 0;
    private static final int LOAD = 200;
    private static final String DRAIN = "button[data-action=drain]";
    private static final String READY = "button[data-action=ready]";

    private final ShopNodes nodes;
    private final Browser browser;
    private final Path pictures;

    private StatusBrowserCheck(ShopNodes nodes, Browser browser) throws IOException {
        this.nodes = nodes;
        this.browser = browser;
        pictures = Files.createDirectories(
                Path.of(TomcatRuntime.property("jvmroute.it.work")).resolveSibling("status"));
    }

    public static void main(String[] arguments) {
        try (ShopNodes nodes = ShopNodes.start("browser-status", ATTRIBUTES);
                Browser browser = Browser.start()) {
            StatusBrowserCheck check = new StatusBrowserCheck(nodes, browser);
            check.watch();
            System.out.println("status check: all as it should be, pictures in " + check.pictures);
        } catch (Exception | AssertionError e) {
            System.err.println("status check: " + e.getMessage());
            e.printStackTrace();
            System.exit(1);
        }
    }

    private void watch() throws Exception {
        List<URI> shops = List.of(nodes.shop("n1"), nodes.shop("n2"), nodes.shop("n3"));
        try (BrowserPage first = browser.page();
                ShopVisitors visitors = ShopVisitors.at(shops)) {
            look(first, WIDE, "light");
            first.open(page("n1"));
            awaitHeadline(first, "3 nodes ready.");
            awaitRequests(first, "H", "F", "N");
            awaitSome(first, HOME, LOAD);
            assertReadable(first, "calm");

            nodes.node("n3").kill();
            awaitHeadline(first, "n3 is gone.");
            awaitEvent(first, "re-pinned");
            awaitSome(first, HOME, 2 * LOAD);
            first.await("document.getElementById('lanes').textContent.includes('gone')");
            assertThat(first.errors()).as("errors in the console").isEmpty();
            System.out.println("a kill shows");

            try (BrowserPage second = browser.page()) {
                look(second, WIDE, "light");
                second.open(page("n2"));
                drainByKeyboard(second);
                first.awaitText("n2 is draining");
                awaitRequests(first, "D");
                second.await("document.getElementById('drain-bar').value > 0.05");
                assertReadable(first, "kill");
                assertReadable(second, "drain");
                readyByKeyboard(second);
            }
            first.await("!document.getElementById('detail').textContent.includes('draining')");
            explain(first);
            assertThat(first.errors()).as("errors in the console").isEmpty();
            System.out.println(visitors);
        }
        endOfNode();
        withoutGrid();
    }

    private URI page(String route) {
        return nodes.node(route).uri("/jvmroute/");
    }

    private static void look(BrowserPage page, int width, String scheme) throws InterruptedException {
        page.look(width, 900, Map.of("prefers-color-scheme", scheme, "prefers-reduced-motion", "no-preference"));
    }

    private static void awaitHeadline(BrowserPage page, String text) throws InterruptedException {
        page.await("(document.getElementById('headline').textContent +"
                + " document.getElementById('detail').textContent).includes("
                + Json.write(text) + ")");
    }

    private static void awaitEvent(BrowserPage page, String text) throws InterruptedException {
        page.await("document.getElementById('events').textContent.includes(" + Json.write(text) + ")");
    }

    /** Waits until the table and the plot show requests with these verdicts. */
    private static void awaitRequests(BrowserPage page, String... letters) throws InterruptedException {
        for (String letter : letters) {
            page.await(
                    "[...document.querySelectorAll('#verdict-rows tr')].some(row => row.querySelector('.plate').textContent === '%s'"
                                    .formatted(letter)
                            + " && row.lastElementChild.textContent !== '0' && row.querySelector('.band'))");
            page.await("document.querySelector('#verdict-plot .band." + letter + "') !== null");
        }
    }

    /** Waits until the page has shown so many requests with a verdict, so that there is something to see in its pictures. */
    private static void awaitSome(BrowserPage page, int row, int count) throws InterruptedException {
        page.await(
                "Number(document.getElementById('verdict-rows').children[%d].lastElementChild.textContent.replaceAll(',', '')) > %d"
                        .formatted(row, count));
    }

    /** Pictures, contrast and width in both schemes and on a phone. */
    private void assertReadable(BrowserPage page, String name) throws InterruptedException, IOException {
        Map<String, List<String>> faults = new LinkedHashMap<>();
        for (int width : List.of(WIDE, PHONE)) {
            for (String scheme : List.of("light", "dark")) {
                look(page, width, scheme);
                page.await("matchMedia('(prefers-color-scheme: " + scheme + ")').matches && innerWidth === " + width
                        + " && Number(document.getElementById('lanes').viewBox.baseVal.width) < " + width);
                String picture = name + "-" + scheme + (width == PHONE ? "-narrow" : "");
                page.photograph(pictures.resolve(picture + ".png"));
                faults.put(picture, Contrast.faults(page));
                assertThat(page.evaluate("document.documentElement.scrollWidth").number())
                        .as("width of %s", picture)
                        .isLessThanOrEqualTo(width);
            }
        }
        look(page, WIDE, "light");
        assertThat(faults.values()).as("contrast: %s", faults).allMatch(List::isEmpty);
        page.look(WIDE, 900, Map.of("prefers-reduced-motion", "reduce"));
        assertThat(page.evaluate("document.getAnimations().length").number())
                .as("motion")
                .isZero();
        look(page, WIDE, "light");
    }

    /** With the keyboard alone: a wrong token, then the right one. */
    private void drainByKeyboard(BrowserPage page) throws InterruptedException {
        awaitHeadline(page, "2 of 3 nodes ready.");
        page.tabTo(DRAIN);
        assertThat(page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
                        .text())
                .as("the focus is seen")
                .isNotEqualTo("none");
        page.confirm();
        page.await("document.activeElement.id === 'token'");
        assertThat(Contrast.faults(page)).isEmpty();
        page.type("wrong");
        page.confirm();
        page.awaitText("The token is wrong.");
        page.await("document.activeElement.id === 'token'");
        page.type(TOKEN); // what was wrong is selected
        page.confirm();
        awaitHeadline(page, "n2 is draining");
        page.await("!document.getElementById('drain').hidden");
        awaitEvent(page, "n2 is draining");
        assertThat(page.evaluate("JSON.stringify([Object.values(localStorage), Object.values(sessionStorage)])")
                        .text())
                .as("storage")
                .doesNotContain(TOKEN);
        assertOneRefusal(page);
        System.out.println("a drain by keyboard shows");
    }

    /** The browser itself tells the console of the 401. */
    private static void assertOneRefusal(BrowserPage page) throws InterruptedException {
        assertThat(page.errors()).singleElement().asString().contains("401").contains("/jvmroute/control");
    }

    /** The page has the token now, so that the first choice in the dialog has the focus. */
    private void readyByKeyboard(BrowserPage page) throws InterruptedException {
        page.tabTo(READY);
        page.confirm();
        page.await("document.activeElement.id === 'ask-cancel' && document.getElementById('ask-token').hidden");
        page.tabTo("#ask-go");
        page.confirm();
        page.await("document.getElementById('drain').hidden && !document.getElementById('ask').open");
        awaitEvent(page, "n2 is ready");
        assertOneRefusal(page);
        System.out.println("and its end");
    }

    private void explain(BrowserPage page) throws InterruptedException {
        page.click("#session");
        page.type("0123456789ABCDEF0123456789ABCDEF.n2");
        page.confirm();
        page.await("document.getElementById('explanation').innerText.includes('n2')"
                + " && document.querySelector('#explanation .plate').textContent === 'F'");
        System.out.println("a session id is explained");
    }

    /** A page whose node is gone says so, and goes on when it is back. */
    private void endOfNode() throws Exception {
        try (BrowserPage page = browser.page()) {
            page.open(page("n1"));
            page.await("document.getElementById('live').dataset.state === 'live'");
            nodes.node("n1").kill();
            page.await("document.getElementById('live-text').textContent.includes('no answer since')");
            assertThat(Contrast.faults(page)).isEmpty();
            nodes.node("n1").start();
            page.await("document.getElementById('live').dataset.state === 'live'");
            awaitHeadline(page, "ready.");
        }
        System.out.println("a page outlives its node");
    }

    /** A node that can't join the grid serves and says so, and takes it back when it has joined. */
    private void withoutGrid() throws Exception {
        try (BrowserPage page = browser.page()) {
            look(page, WIDE, "light");
            try (ServerSocket taken = nodes.takeHazelcastPort("n3")) {
                assertThat(taken.isBound()).isTrue();
                nodes.node("n3").start();
                page.open(page("n3"));
                awaitHeadline(page, "DEGRADED: ");
                assertThat(nodes.node("n3").get("/shop/").statusCode()).isEqualTo(200);
                assertReadable(page, "degraded");
            }
            awaitHeadline(page, "3 nodes ready.");
            page.await("!document.getElementById('detail').textContent.includes('DEGRADED')");
            assertThat(page.errors()).as("errors in the console").isEmpty();
        }
        System.out.println("a node without its grid says so");
    }
}
