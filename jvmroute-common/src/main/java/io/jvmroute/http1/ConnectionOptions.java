package io.jvmroute.http1;

import java.util.Arrays;

/** What the Connection fields of one message say: options of the connection, and names of fields that end with it (RFC 9110 §7.6.1). */
final class ConnectionOptions {
    private byte[] names = new byte[128];
    private int length;
    private boolean close;
    private boolean keepAlive;

    void clear() {
        length = 0;
        close = false;
        keepAlive = false;
    }

    /** Takes the value of one Connection field. */
    void add(byte[] value, int offset, int valueLength) {
        int end = offset + valueLength;
        for (int i = offset; i < end; ) {
            int comma = i;
            while (comma < end && value[comma] != ',') {
                comma++;
            }
            addOption(value, i, comma);
            i = comma + 1;
        }
    }

    private void addOption(byte[] value, int from, int to) {
        int start = from;
        int end = to;
        while (start < end && Syntax.isBlank(value[start])) {
            start++;
        }
        while (end > start && Syntax.isBlank(value[end - 1])) {
            end--;
        }
        if (FieldNames.is(value, start, end - start, "close")) {
            close = true;
        } else if (FieldNames.is(value, start, end - start, "keep-alive")) {
            keepAlive = true;
        } else if (end > start && !FieldNames.isProtected(value, start, end - start)) {
            store(value, start, end - start);
        }
    }

    private void store(byte[] value, int start, int nameLength) {
        if (length + nameLength + 1 > names.length) {
            names = Arrays.copyOf(names, 2 * (length + nameLength + 1));
        }
        for (int i = 0; i < nameLength; i++) {
            names[length++] = (byte) FieldNames.fold(value[start + i]);
        }
        names[length++] = ',';
    }

    boolean hasClose() {
        return close;
    }

    boolean hasKeepAlive() {
        return keepAlive;
    }

    boolean namesNoField() {
        return length == 0;
    }

    /** Whether the field of this name ends with the connection. */
    boolean names(byte[] text, int offset, int nameLength) {
        int start = 0;
        for (int i = 0; i < length; i++) {
            if (names[i] == ',') {
                if (i - start == nameLength && matches(start, text, offset, nameLength)) {
                    return true;
                }
                start = i + 1;
            }
        }
        return false;
    }

    private boolean matches(int start, byte[] text, int offset, int nameLength) {
        for (int i = 0; i < nameLength; i++) {
            if (names[start + i] != FieldNames.fold(text[offset + i])) {
                return false;
            }
        }
        return true;
    }
}
