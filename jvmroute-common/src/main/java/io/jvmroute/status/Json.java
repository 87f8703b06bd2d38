package io.jvmroute.status;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Writes one JSON value (RFC 8259). What HTML or JavaScript could take for its own is escaped too, so that the text is inert wherever it lands.
 *
 * <p>Used by one thread.
 */
final class Json {
    private final StringBuilder text = new StringBuilder(4096);
    private final Deque<Character> open = new ArrayDeque<>();
    private boolean first = true;

    /** The whole text. */
    @Override
    public String toString() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("not closed: " + open);
        }
        return text.toString();
    }

    Json object() {
        return open('{', '}');
    }

    Json array() {
        return open('[', ']');
    }

    /** Begins a member; its value follows. */
    Json name(String name) {
        separate();
        quote(name);
        text.append(':');
        first = true;
        return this;
    }

    /** Closes the innermost object or array. */
    Json end() {
        text.append(open.pop().charValue());
        first = false;
        return this;
    }

    Json value(@Nullable String value) {
        separate();
        if (value == null) {
            text.append("null");
        } else {
            quote(value);
        }
        return this;
    }

    Json value(long value) {
        return literal(Long.toString(value));
    }

    Json value(boolean value) {
        return literal(Boolean.toString(value));
    }

    Json member(String name, @Nullable String value) {
        return name(name).value(value);
    }

    Json member(String name, long value) {
        return name(name).value(value);
    }

    Json member(String name, boolean value) {
        return name(name).value(value);
    }

    /** A member whose value may be null. */
    Json memberOrNull(String name, @Nullable Long value) {
        return name(name).literal(String.valueOf(value));
    }

    Json member(String name, Collection<Long> values) {
        name(name).array();
        values.forEach(this::value);
        return end();
    }

    private Json literal(String literal) {
        separate();
        text.append(literal);
        return this;
    }

    private Json open(char begin, char end) {
        separate();
        text.append(begin);
        open.push(end);
        first = true;
        return this;
    }

    private void separate() {
        if (!first) {
            text.append(',');
        }
        first = false;
    }

    private void quote(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (isRisky(c)) {
                text.append(String.format("\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }

    /** Controls, what ends a line in JavaScript, what begins something in HTML, and halves of characters, which UTF-8 has none for. */
    private static boolean isRisky(char c) {
        return c < ' '
                || c == '<'
                || c == '>'
                || c == '&'
                || c == '\''
                || (c >= 0x7f && c < 0xa0)
                || c == '\u2028'
                || c == '\u2029'
                || Character.isSurrogate(c);
    }
}
