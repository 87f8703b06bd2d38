package io.jvmroute.forward;

/**
 * The members of a list (RFC 9110 §5.6.1), the last one first; commas in quoted strings part none. Proxies add theirs at the end: read from there, nothing
 * that a client wrote before, such as a quote without another, changes what they say.
 */
final class ListFromEnd {
    private final String list;
    private int end; // of the next member; -1: there is none

    /** Those of {@code list}; none if it is empty. */
    ListFromEnd(String list) {
        this.list = list;
        end = list.isEmpty() ? -1 : list.length();
    }

    static int count(String list) {
        int count = 0;
        for (ListFromEnd members = new ListFromEnd(list); members.hasNext(); members.skip()) {
            count++;
        }
        return count;
    }

    boolean hasNext() {
        return end >= 0;
    }

    String next() {
        int last = end;
        skip();
        return list.substring(end + 1, last).strip();
    }

    /** Goes past the next one. */
    void skip() {
        end = commaBefore(end);
    }

    private int commaBefore(int from) {
        boolean quoted = false;
        for (int i = from - 1; i >= 0; i--) {
            char c = list.charAt(i);
            if (c == '"' && !(quoted && isEscaped(i))) {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                return i;
            }
        }
        return -1;
    }

    private boolean isEscaped(int quote) {
        int first = quote;
        while (first > 0 && list.charAt(first - 1) == '\\') {
            first--;
        }
        return (quote - first) % 2 != 0;
    }
}
