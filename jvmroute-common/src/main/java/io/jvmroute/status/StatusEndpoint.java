package io.jvmroute.status;

import io.jvmroute.cluster.ClusterView;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.NodeState;
import io.jvmroute.http.Exchange;
import io.jvmroute.http.RequestHead;
import io.jvmroute.status.StatusNode.Action;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Answers what is asked below {@code statusPath}, by this node itself and before any routing. Requests that came by a hop are not for it.
 *
 * <pre>
 * GET  /, page.css, page.js, status.json, metrics, explain     who may read
 * GET  ready                                                   anybody: it is one bit
 * POST explain, control                                        who has the token
 * </pre>
 *
 * <p>Thread-safe; no method waits.
 */
public final class StatusEndpoint {
    /** The longest body of a POST, in bytes. */
    public static final int MAX_BODY = 4096;

    private static final Set<String> POSTS = Set.of("/control", "/explain");
    private static final Set<String> READS = Set.of("", "/status.json", "/metrics", "/ready", "/explain");
    private static final String FORM = "application/x-www-form-urlencoded";

    /** The request's session id: a field, so that it ends in no access log. */
    private static final String SESSION = "Jvmroute-Session";

    private final StatusOptions options;
    private final StatusNode node;
    private final StatusAccess access;
    private final StatusRecord kept = new StatusRecord();

    /**
     * The status of a node.
     *
     * @param allowed whether the connections of an address may read without a token
     */
    public StatusEndpoint(StatusOptions options, Predicate<String> allowed, StatusNode node) {
        this.options = options;
        this.node = node;
        access = new StatusAccess(options.token(), allowed);
    }

    /** Looks at the node: to be called about once a second, and after changes. */
    public synchronized void observe() {
        kept.add(node.report());
    }

    /** What the paths begin with. */
    public String prefix() {
        return options.path();
    }

    /** Whether a path, as it was sent, is for this. */
    public boolean isFor(String path) {
        String prefix = options.path();
        return path.startsWith(prefix) && (path.length() == prefix.length() || path.charAt(prefix.length()) == '/');
    }

    /**
     * The answer where that needs no body.
     *
     * @param peer the address at the other end of the connection
     * @return null: {@link #answerBody} is to be called with the body
     */
    public @Nullable StatusAnswer answer(Exchange exchange, String peer) {
        RequestHead head = exchange.head();
        String path = head.path().substring(options.path().length());
        boolean read = head.method().equals("GET") || head.method().equals("HEAD");
        if (path.equals("/ready") && read) {
            return ready();
        }
        if (head.method().equals("POST") && POSTS.contains(path)) {
            StatusAnswer refusal = access.refusePost(exchange, peer);
            return refusal != null || isForm(head.header("Content-Type"))
                    ? refusal
                    : StatusAnswer.error(415, "Content-Type: (expected: " + FORM + ")");
        }
        if (!access.mayRead(exchange, peer)) {
            return StatusAnswer.text(403, "forbidden");
        }
        StatusAnswer file = StatusPage.find(path);
        if (file == null && !READS.contains(path) && !POSTS.contains(path)) {
            return StatusAnswer.text(404, "not found");
        }
        boolean readable = file != null || READS.contains(path);
        if (read && readable) {
            return file != null ? file : read(head, path);
        }
        String allow = (readable ? "GET, HEAD" : "")
                + (path.equals("/explain") ? ", " : "")
                + (POSTS.contains(path) ? "POST" : "");
        return StatusAnswer.text(405, "method not allowed").with("Allow", allow);
    }

    private static boolean isForm(@Nullable String type) {
        return type != null && type.split(";", 2)[0].trim().equalsIgnoreCase(FORM);
    }

    private StatusAnswer ready() {
        boolean ready = node.report().view().selfState() == NodeState.READY;
        return ready ? StatusAnswer.text(200, "ready") : StatusAnswer.text(503, "not ready");
    }

    private StatusAnswer read(RequestHead head, String path) {
        int mark = head.target().indexOf('?');
        String query = mark < 0 ? null : head.target().substring(mark + 1);
        return switch (path) {
            case "" -> new StatusAnswer(302, Map.of("Location", options.path() + "/"), "");
            case "/status.json" -> json(query);
            case "/metrics" -> metrics();
            case "/explain" ->
                query == null
                        ? explain(head.header(SESSION))
                        : StatusAnswer.error(
                                400, "query: given (expected: the session id in the field " + SESSION + ")");
            default -> throw new AssertionError(path);
        };
    }

    private StatusAnswer json(@Nullable String query) {
        Map<String, String> parameters = Form.parse(query, Set.of("history", "after"));
        if (parameters == null || parameters.values().stream().anyMatch(value -> !value.matches("\\d{1,18}"))) {
            return StatusAnswer.error(400, "query: (expected: history=number, after=id, or neither)");
        }
        long samples = Long.parseLong(parameters.getOrDefault("history", "" + History.CAPACITY));
        long after = Long.parseLong(parameters.getOrDefault("after", "0"));
        int most = (int) Math.min(samples, History.CAPACITY);
        return StatusAnswer.json(200, StatusJson.write(node.report(), kept, options, most, after));
    }

    private StatusAnswer metrics() {
        return StatusAnswer.of(StatusMetrics.CONTENT_TYPE, StatusMetrics.write(node.report()));
    }

    private StatusAnswer explain(@Nullable String sessionId) {
        Json json = new Json().object();
        node.explain(sessionId == null || sessionId.isEmpty() ? null : sessionId)
                .forEach(json::member);
        return StatusAnswer.json(200, json.end().toString());
    }

    // ---- with a body ----

    /** The answer to a POST that {@link #answer} has let through. */
    public StatusAnswer answerBody(RequestHead head, String body) {
        if (head.path().endsWith("/explain")) {
            Map<String, String> form = Form.parse(body, Set.of("session"));
            return form == null
                    ? StatusAnswer.error(400, "body: (expected: session=id)")
                    : explain(form.get("session"));
        }
        Map<String, String> form = Form.parse(body, Set.of("action", "node"));
        if (form == null) {
            return StatusAnswer.error(
                    400, "body: (expected: action=drain, ready or maintenance, and node=route or not)");
        }
        String route = form.get("node");
        StatusAnswer elsewhere = route == null ? null : elsewhere(route);
        return elsewhere == null ? control(form.getOrDefault("action", "")) : elsewhere;
    }

    /** The answer where a body is longer than {@link #MAX_BODY}. */
    public StatusAnswer tooLong() {
        return StatusAnswer.error(413, "body: too long (expected: at most " + MAX_BODY + " bytes)");
    }

    /** What is wrong with the wish that another node be changed; null: this one is meant. */
    private @Nullable StatusAnswer elsewhere(String route) {
        StatusReport report = node.report();
        if (route.equals(report.self().route())) {
            return null;
        }
        Node other = report.view().find(route);
        return other == null
                ? StatusAnswer.error(404, "node: " + route + " is unknown")
                : StatusAnswer.error(
                        409,
                        "node: " + route + " (expected: " + report.self().route()
                                + "; control goes to the node itself, " + other.url() + options.path() + ")");
    }

    private StatusAnswer control(String word) {
        Action action = Arrays.stream(Action.values())
                .filter(known -> known.name().toLowerCase(Locale.ROOT).equals(word))
                .findFirst()
                .orElse(null);
        if (action == null) {
            return StatusAnswer.error(400, "action: " + word + " (expected: drain, ready or maintenance)");
        }
        NodeState before = node.report().view().selfState();
        try {
            node.change(action);
        } catch (IllegalStateException e) {
            return StatusAnswer.error(409, word + ": " + e.getMessage());
        }
        observe();
        StatusReport now = node.report();
        return StatusAnswer.json(
                200,
                new Json()
                        .object()
                        .member("route", now.self().route())
                        .member("state", now.view().selfState().name())
                        .member("changed", now.view().selfState() != before)
                        .member("warning", action == Action.READY ? null : warning(now.view()))
                        .end()
                        .toString());
    }

    private static @Nullable String warning(ClusterView view) {
        boolean heir = view.ready().stream().anyMatch(other -> !view.isSelf(other));
        return heir || view.isFrontend() ? null : "no other node is ready";
    }
}
