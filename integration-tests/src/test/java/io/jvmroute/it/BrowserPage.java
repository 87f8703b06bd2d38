package io.jvmroute.it;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** A page of a {@link Browser}, and somebody with mouse and keyboard before it. */
final class BrowserPage implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final int MOST_TABS = 40;

    private final DevTools tools;
    private final String target;
    private final String session;

    /** A point of the window. */
    record Point(double x, double y) {
        Point plus(double moreX, double moreY) {
            return new Point(x + moreX, y + moreY);
        }
    }

    BrowserPage(DevTools tools, String target, String session) throws InterruptedException {
        this.tools = tools;
        this.target = target;
        this.session = session;
        for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
            send(domain + ".enable", Map.of());
        }
        send("Network.setCacheDisabled", Map.of("cacheDisabled", true));
    }

    private Json send(String method, Map<String, Object> parameters) throws InterruptedException {
        return tools.send(session, method, parameters);
    }

    /** Goes there and waits until all is loaded. */
    void open(URI address) throws InterruptedException {
        Json failure = send("Page.navigate", Map.of("url", address.toString())).get("errorText");
        if (!failure.isNull()) {
            throw new AssertionError(address + ": " + failure.text());
        }
        await("document.readyState === 'complete' && location.href === " + Json.write(address.toString()));
    }

    /** What an expression of JavaScript has for a value. */
    Json evaluate(String expression) throws InterruptedException {
        Json answer = send("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true));
        if (!answer.get("exceptionDetails").isNull()) {
            throw new DevTools.RefusedException(expression + ": " + answer.get("exceptionDetails"));
        }
        return answer.get("result").get("value");
    }

    /** Waits until an expression of JavaScript is true. */
    void await(String expression) throws InterruptedException {
        try {
            Awaitility.await(expression)
                    .atMost(LIMIT)
                    .pollInSameThread()
                    .ignoreException(DevTools.RefusedException.class)
                    .until(() -> Boolean.TRUE.equals(evaluate(expression).value()));
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(
                    evaluate("document.body.innerText").value() + "\n(expected: " + expression + ")", e);
        }
    }

    /** Waits until the page shows a text. */
    void awaitText(String text) throws InterruptedException {
        await("document.body.textContent.includes(" + Json.write(text) + ")");
    }

    /** The upper left corner of an element, which is scrolled into view if it has to be. */
    Point corner(String selector) throws InterruptedException {
        String box = "document.querySelector(" + Json.write(selector) + ").getBoundingClientRect()";
        evaluate(box.replace("getBoundingClientRect()", "scrollIntoView({block: 'nearest'})"));
        return new Point(
                evaluate(box + ".left").number(), evaluate(box + ".top").number());
    }

    /** Clicks into the corner of an element. */
    void click(String selector) throws InterruptedException {
        Point point = corner(selector).plus(4, 4);
        drag(point, point);
    }

    /** Presses the mouse button, moves, and releases it. */
    void drag(Point from, Point to) throws InterruptedException {
        send("Page.bringToFront", Map.of());
        mouse("mouseMoved", from, 0);
        mouse("mousePressed", from, 1);
        mouse("mouseMoved", to, 1);
        mouse("mouseReleased", to, 0);
    }

    private void mouse(String type, Point point, int buttons) throws InterruptedException {
        String button = type.equals("mouseMoved") && buttons == 0 ? "none" : "left";
        send(
                "Input.dispatchMouseEvent",
                Map.of(
                        "type",
                        type,
                        "x",
                        point.x(),
                        "y",
                        point.y(),
                        "button",
                        button,
                        "buttons",
                        buttons,
                        "clickCount",
                        1));
    }

    /** Types into the element that was clicked. */
    void type(String text) throws InterruptedException {
        send("Input.insertText", Map.of("text", text));
    }

    /** Presses the enter key. */
    void enter() throws InterruptedException {
        press("keyDown", "Enter", 13);
    }

    /** Does what the enter key does to a button, or in a field of a form. */
    void confirm() throws InterruptedException {
        send(
                "Input.dispatchKeyEvent",
                Map.of("type", "keyDown", "key", "Enter", "windowsVirtualKeyCode", 13, "text", "\r"));
        send("Input.dispatchKeyEvent", Map.of("type", "keyUp", "key", "Enter", "windowsVirtualKeyCode", 13));
    }

    /** Presses the tabulator until this element has the focus. */
    void tabTo(String selector) throws InterruptedException {
        String isThere = "document.activeElement === document.querySelector(" + Json.write(selector) + ")";
        for (int i = 0; i < MOST_TABS; i++) {
            if (Boolean.TRUE.equals(evaluate(isThere).value())) {
                return;
            }
            press("rawKeyDown", "Tab", 9);
        }
        throw new AssertionError(selector + ": not reached by " + MOST_TABS + " tabs (expected: the focus)");
    }

    private void press(String down, String key, int code) throws InterruptedException {
        for (String type : List.of(down, "keyUp")) {
            send("Input.dispatchKeyEvent", Map.of("type", type, "key", key, "windowsVirtualKeyCode", code));
        }
    }

    /** Makes the window so large, and sets what its user prefers: {@code prefers-color-scheme: dark} and such. */
    void look(int width, int height, Map<String, String> preferences) throws InterruptedException {
        send(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
        List<Map<String, String>> features = preferences.entrySet().stream()
                .map(each -> Map.of("name", each.getKey(), "value", each.getValue()))
                .toList();
        send("Emulation.setEmulatedMedia", Map.of("features", features));
    }

    /** Writes the whole page into a PNG file, also what is below the window's edge. */
    void photograph(Path file) throws InterruptedException, IOException {
        double width = evaluate("innerWidth").number();
        double height = evaluate("document.documentElement.scrollHeight").number();
        Map<String, Object> clip = Map.of("x", 0, "y", 0, "width", width, "height", height, "scale", 1);
        String picture = send("Page.captureScreenshot", Map.of("captureBeyondViewport", true, "clip", clip))
                .get("data")
                .text();
        Files.write(file, Base64.getDecoder().decode(picture));
    }

    /** Errors that the console of the page has shown. */
    List<String> errors() throws InterruptedException {
        evaluate("1"); // all that happened before has been told then
        return tools.events(session).stream()
                .filter(event -> isError(event.get("method").text(), event.get("params")))
                .map(Json::toString)
                .toList();
    }

    private static boolean isError(String method, Json event) {
        return switch (method) {
            case "Runtime.exceptionThrown" -> true;
            case "Runtime.consoleAPICalled" ->
                List.of("error", "assert").contains(event.get("type").text());
            case "Log.entryAdded" -> isError(event.get("entry"));
            default -> false;
        };
    }

    /** The browser asks for an icon that no page names and no example has. */
    private static boolean isError(Json entry) {
        boolean icon = entry.get("url").value() instanceof String url && url.endsWith("/favicon.ico");
        return entry.get("level").text().equals("error") && !icon;
    }

    /** Closes the window. */
    @Override
    public void close() {
        tools.post("", "Target.closeTarget", Map.of("targetId", target));
    }
}
