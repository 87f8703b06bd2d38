package io.jvmroute.status;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The parameters of a query or of a body of {@code application/x-www-form-urlencoded}: the expected ones, each once. */
final class Form {
    private Form() {}

    /** Its parameters; null if it has others, or one twice, or is none. */
    static @Nullable Map<String, String> parse(@Nullable String text, Set<String> expected) {
        Map<String, String> values = new LinkedHashMap<>();
        if (text == null || text.isEmpty()) {
            return values;
        }
        for (String pair : text.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals < 0) {
                return null;
            }
            try {
                String name = URLDecoder.decode(pair.substring(0, equals), UTF_8);
                String value = URLDecoder.decode(pair.substring(equals + 1), UTF_8);
                if (!expected.contains(name) || values.put(name, value) != null) {
                    return null;
                }
            } catch (IllegalArgumentException e) {
                return null; // a broken escape
            }
        }
        return values;
    }
}
