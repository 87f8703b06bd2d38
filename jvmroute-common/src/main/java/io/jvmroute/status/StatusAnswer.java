package io.jvmroute.status;

import java.util.Map;
import java.util.TreeMap;

/**
 * What a container is to send.
 *
 * @param status the status code
 * @param fields the header fields, {@code Content-Type} included, without {@code Content-Length}
 * @param body to be encoded as UTF-8; a container leaves it out where the method is HEAD
 */
public record StatusAnswer(int status, Map<String, String> fields, String body) {
    private static final String TEXT = "text/plain;charset=utf-8";

    /** Everything from this node alone, nothing inline, nowhere framed. */
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
                    + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /** Adds what all answers have. */
    public StatusAnswer {
        Map<String, String> all = new TreeMap<>(fields);
        all.put("Cache-Control", "no-store");
        all.put("Content-Security-Policy", POLICY);
        all.put("X-Content-Type-Options", "nosniff");
        all.put("X-Frame-Options", "DENY");
        all.put("Referrer-Policy", "no-referrer");
        fields = Map.copyOf(all);
    }

    static StatusAnswer of(String type, String body) {
        return new StatusAnswer(200, Map.of("Content-Type", type), body);
    }

    static StatusAnswer text(int status, String body) {
        return new StatusAnswer(status, Map.of("Content-Type", TEXT), body + "\n");
    }

    static StatusAnswer json(int status, String body) {
        return new StatusAnswer(status, Map.of("Content-Type", "application/json"), body);
    }

    /** What was wrong with a POST. */
    static StatusAnswer error(int status, String message) {
        return json(status, new Json().object().member("error", message).end().toString());
    }

    StatusAnswer with(String name, String value) {
        Map<String, String> more = new TreeMap<>(fields);
        more.put(name, value);
        return new StatusAnswer(status, more, body);
    }
}
