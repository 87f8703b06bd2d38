package io.jvmroute.it;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * Does a real browser notice that Tomcat's own examples come by a hop? Needs a Chromium on the PATH.
 *
 * <p>Its session is the owner's, its pages are the other node's. Exit status 1, and what was expected, at the first thing that differs.
 */
final class BrowserCheck {
    private static final String SESSION = "/examples/servlets/servlet/SessionExample";
    private static final String ECHO = "/examples/websocket/echo.xhtml";
    private static final String CHAT = "/examples/websocket/chat.xhtml";
    private static final String DRAWBOARD = "/examples/websocket/drawboard.xhtml";
    private static final String CANVAS = "#drawContainer canvas";
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final ParityNodes nodes;
    private final NodeJmx jmx;
    private final Browser browser;

    /** What somebody does on a page. */
    private interface Scene {
        void play(BrowserPage page) throws InterruptedException;
    }

    private BrowserCheck(ParityNodes nodes, NodeJmx jmx, Browser browser) {
        this.nodes = nodes;
        this.jmx = jmx;
        this.browser = browser;
    }

    public static void main(String[] arguments) {
        try (ParityNodes nodes = ParityNodes.start("browser");
                NodeJmx jmx = nodes.jmx();
                Browser browser = Browser.start()) {
            new BrowserCheck(nodes, jmx, browser).check();
            System.out.println("browser check: no difference");
        } catch (Exception | AssertionError e) {
            System.err.println("browser check: " + e.getMessage());
            e.printStackTrace();
            System.exit(1);
        }
    }

    private void check() throws Exception {
        try (BrowserPage page = browser.page()) {
            page.open(owner(SESSION)); // sets the cookie, which knows no ports
            page.awaitText(".n2");
        }
        check(
                "/examples/servlets/", // three images, many times
                4,
                page -> page.await("document.images.length > 10"
                        + " && [...document.images].every(image => image.complete && image.naturalWidth > 0)"));
        check(SESSION, 3, this::keepValue);
        check("/examples/async/async0", 1, page -> page.awaitText("Async dispatch worked"));
        check(
                "/examples/servlets/nonblocking/numberwriter",
                1,
                page -> page.await("/^(\\d{20}\\n){9999}0{15}10000\\s*$/.test(document.body.textContent)"));
        check(ECHO, 4, this::echo);
        check(CHAT, 2, this::chat);
        check(DRAWBOARD, 4, this::draw);
    }

    private URI owner(String path) {
        return URI.create("http://127.0.0.1:" + nodes.owner() + path);
    }

    private URI frontend(String path) {
        return URI.create("http://127.0.0.1:" + nodes.frontend() + path);
    }

    /** Plays a scene on a page of the frontend, whose requests and WebSockets are this many hops, or more with images. */
    private void check(String path, int leastHops, Scene scene) throws InterruptedException {
        long before = hops();
        try (BrowserPage page = browser.page()) {
            page.open(frontend(path));
            scene.play(page);
            assertQuiet(page);
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError(path + ": " + e.getMessage(), e);
        }
        Awaitility.await(path + ": end of all forwards and tunnels")
                .atMost(LIMIT)
                .until(() ->
                        jmx.affinity().getForwardsInFlight() + jmx.affinity().getOpenTunnels() == 0);
        long hops = hops() - before;
        if (hops < leastHops) {
            throw new AssertionError(path + ": " + hops + " hops (expected: " + leastHops + " or more)");
        }
        System.out.println(path + ": " + hops + " hops");
    }

    private static void assertQuiet(BrowserPage page) throws InterruptedException {
        List<String> errors = page.errors();
        if (!errors.isEmpty()) {
            throw new AssertionError(errors + " (expected: no error in the console)");
        }
    }

    private long hops() {
        return jmx.affinity().getVerdicts().get("F");
    }

    private void keepValue(BrowserPage page) throws InterruptedException {
        page.click("form[method=POST] [name=dataname]");
        page.type("tea");
        page.click("form[method=POST] [name=datavalue]");
        page.type("sencha");
        page.click("form[method=POST] [type=submit]");
        page.awaitText("tea = sencha");
        page.open(frontend(SESSION + "?again"));
        page.awaitText("tea = sencha");
        page.open(owner(SESSION));
        page.awaitText("tea = sencha");
    }

    private void echo(BrowserPage page) throws InterruptedException {
        String byHop = talk(page);
        page.open(owner(ECHO));
        String direct = talk(page);
        if (!byHop.equals(direct)) {
            throw new AssertionError(byHop + " (expected: " + direct + ")");
        }
    }

    /** All that the page tells about three connections. */
    private static String talk(BrowserPage page) throws InterruptedException {
        StringBuilder told = new StringBuilder();
        for (String kind : List.of("#radio1", "#radio2", "#radio3")) {
            page.click(kind);
            page.click("#connect");
            page.awaitText("Info: WebSocket connection opened.");
            page.click("#echo");
            page.awaitText("Received: Here is a message!");
            page.click("#disconnect");
            page.awaitText("Info: WebSocket connection closed");
            told.append(page.evaluate("document.getElementById('console').innerText")
                    .text());
            page.evaluate("document.getElementById('console').replaceChildren()");
        }
        return told.toString();
    }

    private void chat(BrowserPage page) throws InterruptedException {
        page.awaitText("has joined.");
        try (BrowserPage near = browser.page()) {
            near.open(owner(CHAT));
            near.awaitText("has joined.");
            for (BrowserPage each : List.of(page, near)) {
                each.click("#chat");
                each.type("typed at " + (each == page ? "the frontend" : "the owner"));
                each.enter();
            }
            for (BrowserPage each : List.of(page, near)) {
                each.awaitText(": typed at the frontend");
                each.awaitText(": typed at the owner");
            }
            assertQuiet(near);
        }
        page.awaitText("has disconnected.");
    }

    private void draw(BrowserPage page) throws InterruptedException {
        page.await("document.querySelector('" + CANVAS + "')?.width === 900");
        try (BrowserPage watcher = browser.page()) {
            watcher.open(frontend(DRAWBOARD));
            watcher.await("document.querySelector('" + CANVAS + "')?.width === 900");
            watcher.await("!" + line(200, 150));
            BrowserPage.Point corner = page.corner(CANVAS);
            page.drag(corner.plus(100, 100), corner.plus(300, 200));
            page.await(line(200, 150));
            watcher.await(line(200, 150));
            assertQuiet(watcher);
        }
    }

    /** Whether something black is near this point of the canvas. */
    private static String line(int x, int y) {
        return "(document.querySelector('%s').getContext('2d').getImageData(%d, %d, 9, 9).data.some((c, i) => i %% 4 == 0 && c < 64))"
                .formatted(CANVAS, x - 4, y - 4);
    }
}
