package io.jvmroute.forward;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a proxy said of one step towards the client; empty where it said nothing.
 *
 * @param address without brackets and port
 */
record ForwardedStep(String address, String proto, String host) {
    /** Nothing that can be used. */
    static final ForwardedStep UNKNOWN = new ForwardedStep("", "", "");

    /** That of an address in {@code X-Forwarded-For}. */
    static ForwardedStep ofAddress(String node) {
        boolean quoted = node.length() >= 2 && node.startsWith("\"") && node.endsWith("\"");
        return new ForwardedStep(bare(quoted ? node.substring(1, node.length() - 1) : node), "", "");
    }

    /** That of one element of {@code Forwarded} (RFC 7239 §4); {@link #UNKNOWN} if it is broken, or says one thing twice. */
    static ForwardedStep ofElement(String element) {
        Element pairs = new Element(element);
        return pairs.read()
                ? new ForwardedStep(bare(pairs.value("for")), pairs.value("proto"), pairs.value("host"))
                : UNKNOWN;
    }

    private static String bare(String node) {
        if (node.startsWith("[")) {
            int end = node.indexOf(']');
            return end < 0 ? "" : node.substring(1, end);
        }
        int colon = node.indexOf(':');
        return colon >= 0 && colon == node.lastIndexOf(':') ? node.substring(0, colon) : node;
    }

    /** Reads an element from its start to its end, once. */
    private static final class Element {
        private final String text;
        private int at;
        private final Map<String, String> values = new HashMap<>();

        Element(String text) {
            this.text = text;
        }

        String value(String name) {
            return values.getOrDefault(name, "");
        }

        /** Whether it is an element from end to end. */
        boolean read() {
            do {
                skipBlanks();
                if (at < text.length() && text.charAt(at) != ';' && !takePair()) {
                    return false;
                }
                skipBlanks();
            } while (take(';'));
            return at == text.length();
        }

        private boolean takePair() {
            String name = plain().toLowerCase(Locale.ROOT);
            if (name.isEmpty() || !take('=')) {
                return false;
            }
            String value = take('"') ? quoted() : plain();
            return value != null && values.putIfAbsent(name, value) == null;
        }

        /** A token; of values also addresses and hosts that are not quoted as they should be. */
        private String plain() {
            int start = at;
            while (at < text.length() && " \t\"\\,;=".indexOf(text.charAt(at)) < 0) {
                at++;
            }
            return text.substring(start, at);
        }

        /** RFC 9110 §5.6.4, after the first quote; null if it does not end. */
        private @Nullable String quoted() {
            StringBuilder value = new StringBuilder();
            while (at < text.length()) {
                char c = text.charAt(at++);
                if (c == '"') {
                    return value.toString();
                }
                if (c == '\\' && at < text.length()) {
                    c = text.charAt(at++);
                }
                value.append(c);
            }
            return null;
        }

        private boolean take(char c) {
            boolean there = at < text.length() && text.charAt(at) == c;
            at += there ? 1 : 0;
            return there;
        }

        private void skipBlanks() {
            while (take(' ') || take('\t')) {}
        }
    }
}
