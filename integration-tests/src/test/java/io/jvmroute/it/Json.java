package io.jvmroute.it;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A JSON value (RFC 8259), to look into what {@link DevTools} answers.
 *
 * @param value a Map, List, String, Double, Boolean or null
 */
record Json(@Nullable Object value) {
    /** Reads one value. */
    static Json parse(String text) {
        Reader reader = new Reader(text);
        Object value = reader.value();
        reader.expect("");
        return new Json(value);
    }

    /** Writes maps, lists, strings, numbers and booleans. */
    static String write(Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .map(entry -> write(entry.getKey()) + ":" + write(entry.getValue()))
                    .collect(Collectors.joining(",", "{", "}"));
        }
        if (value instanceof List<?> list) {
            return list.stream().map(Json::write).collect(Collectors.joining(",", "[", "]"));
        }
        if (value instanceof Number || value instanceof Boolean) {
            return value.toString();
        }
        return ((String) value)
                .chars()
                .mapToObj(c -> c < ' ' || c == '"' || c == '\\' ? "\\u%04x".formatted(c) : Character.toString(c))
                .collect(Collectors.joining("", "\"", "\""));
    }

    /** The member of an object; null if there is none, or no object. */
    Json get(String name) {
        return new Json(value instanceof Map<?, ?> members ? members.get(name) : null);
    }

    boolean isNull() {
        return value == null;
    }

    String text() {
        return (String) Objects.requireNonNull(value);
    }

    List<Json> elements() {
        return ((List<?>) Objects.requireNonNull(value)).stream().map(Json::new).toList();
    }

    double number() {
        return (Double) Objects.requireNonNull(value);
    }

    /** Where in the text the reading is. */
    private static final class Reader {
        private final String text;
        private int at;

        Reader(String text) {
            this.text = text;
        }

        @Nullable
        Object value() {
            skipSpace();
            return switch (at < text.length() ? text.charAt(at) : ' ') {
                case '{' -> object();
                case '[' -> array();
                case '"' -> string();
                default -> literal();
            };
        }

        private Map<String, @Nullable Object> object() {
            Map<String, @Nullable Object> members = new LinkedHashMap<>();
            at++;
            while (!skips('}')) {
                skipSpace();
                String name = string();
                expect(":");
                members.put(name, value());
                skips(',');
            }
            return members;
        }

        private List<@Nullable Object> array() {
            List<@Nullable Object> elements = new ArrayList<>();
            at++;
            while (!skips(']')) {
                elements.add(value());
                skips(',');
            }
            return elements;
        }

        private String string() {
            StringBuilder string = new StringBuilder();
            expect("\"");
            for (char c = next(); c != '"'; c = next()) {
                string.append(c == '\\' ? escaped(next()) : c);
            }
            return string.toString();
        }

        private char escaped(char c) {
            return switch (c) {
                case 'b' -> '\b';
                case 'f' -> '\f';
                case 'n' -> '\n';
                case 'r' -> '\r';
                case 't' -> '\t';
                case 'u' -> {
                    at += 4;
                    yield (char) Integer.parseInt(text, at - 4, at, 16);
                }
                default -> c;
            };
        }

        private @Nullable Object literal() {
            int begin = at;
            while (at < text.length()
                    && (Character.isLetterOrDigit(text.charAt(at)) || "+-.".indexOf(text.charAt(at)) >= 0)) {
                at++;
            }
            String literal = text.substring(begin, at);
            return switch (literal) {
                case "true" -> true;
                case "false" -> false;
                case "null" -> null;
                default -> Double.valueOf(literal);
            };
        }

        private char next() {
            return text.charAt(at++);
        }

        private void skipSpace() {
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                at++;
            }
        }

        private boolean skips(char wanted) {
            skipSpace();
            boolean there = at < text.length() && text.charAt(at) == wanted;
            at += there ? 1 : 0;
            return there;
        }

        /** Skips this, or the empty string at the end. */
        void expect(String wanted) {
            skipSpace();
            if (wanted.isEmpty() ? at < text.length() : !text.startsWith(wanted, at)) {
                throw new IllegalArgumentException("at " + at + " (expected: " + wanted + "): " + text);
            }
            at += wanted.length();
        }
    }
}
