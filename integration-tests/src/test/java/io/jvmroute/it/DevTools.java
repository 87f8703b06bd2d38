package io.jvmroute.it;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Chromium's DevTools protocol: one command after the other. What happens meanwhile is kept.
 *
 * <p>Source: <a href="https://chromedevtools.github.io/devtools-protocol/">Chrome DevTools Protocol</a>, with sessions in flat mode.
 */
final class DevTools implements AutoCloseable {
    private final Conversation conversation;
    private final List<Json> events = new ArrayList<>();
    private int lastId;

    /** The browser refused a command; maybe its page is just being replaced. */
    static final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        RefusedException(String message) {
            super(message);
        }
    }

    DevTools(URI address) {
        conversation = Conversation.open(address, Map.of());
    }

    /**
     * The result of a command.
     *
     * @param session of a page; empty for the browser
     * @throws RefusedException if it is an error
     */
    Json send(String session, String method, Map<String, Object> parameters) throws InterruptedException {
        post(session, method, parameters);
        Json answer = Json.parse(conversation.nextText());
        while (answer.get("id").isNull() || answer.get("id").number() != lastId) {
            events.add(answer);
            answer = Json.parse(conversation.nextText());
        }
        if (!answer.get("error").isNull()) {
            throw new RefusedException(method + ": " + answer.get("error"));
        }
        return answer.get("result");
    }

    /** Sends a command whose result nobody waits for. */
    void post(String session, String method, Map<String, Object> parameters) {
        Map<String, Object> command =
                new LinkedHashMap<>(Map.of("id", ++lastId, "method", method, "params", parameters));
        if (!session.isEmpty()) {
            command.put("sessionId", session);
        }
        conversation.send(Json.write(command));
    }

    /** What has happened on a page so far. */
    List<Json> events(String session) {
        return events.stream()
                .filter(event -> session.equals(event.get("sessionId").value()))
                .toList();
    }

    @Override
    public void close() {
        conversation.close();
    }
}
