package io.jvmroute.status;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The page and its parts, as they lie beside this class. */
final class StatusPage {
    private static final Pattern PART = Pattern.compile("/([a-z][a-z-]{0,30}\\.(css|js|svg))");
    private static final Map<String, String> TYPES = Map.of(
            "css", "text/css;charset=utf-8",
            "js", "text/javascript;charset=utf-8",
            "svg", "image/svg+xml");

    private StatusPage() {}

    /** The file at this path below {@code statusPath}; null if there is none. */
    static @Nullable StatusAnswer find(String path) {
        if (path.equals("/")) {
            return read("page.html", "text/html;charset=utf-8");
        }
        Matcher part = PART.matcher(path);
        return part.matches() ? read(part.group(1), TYPES.getOrDefault(part.group(2), "")) : null;
    }

    private static @Nullable StatusAnswer read(String name, String type) {
        try (InputStream in = StatusPage.class.getResourceAsStream(name)) {
            return in == null ? null : StatusAnswer.of(type, new String(in.readAllBytes(), UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }
}
