package io.jvmroute.http1;

/** Collects what the fields of one response say about its end, and decides (RFC 9112 §6.3, §9.3). */
final class ResponseFraming {
    private static final int MAX_LENGTH_DIGITS = 18; // fits a long

    private final ConnectionOptions options = new ConnectionOptions();
    private BodyFraming framing = BodyFraming.NONE;
    private long contentLength;
    private int minorVersion;
    private boolean chunked;
    private boolean keepAlive;

    void clear() {
        options.clear();
        framing = BodyFraming.NONE;
        contentLength = -1;
        minorVersion = 1;
        chunked = false;
        keepAlive = false;
    }

    void version(int minor) {
        minorVersion = minor;
    }

    void field(byte[] text, int name, int nameLength, int value, int valueLength) throws HttpSyntaxException {
        switch (nameLength) {
            case 10 -> {
                if (FieldNames.is(text, name, nameLength, "connection")) {
                    options.add(text, value, valueLength);
                }
            }
            case 14 -> {
                if (FieldNames.isExactly(text, name, nameLength, "content-length")) {
                    takeLength(text, value, valueLength);
                }
            }
            case 17 -> {
                if (FieldNames.isExactly(text, name, nameLength, "transfer-encoding")) {
                    takeCoding(text, value, valueLength);
                }
            }
            default -> {}
        }
    }

    private void takeLength(byte[] text, int value, int valueLength) throws HttpSyntaxException {
        if (valueLength == 0 || valueLength > MAX_LENGTH_DIGITS) {
            throw HttpSyntaxException.malformed("Content-Length of " + valueLength + " digits");
        }
        long length = 0;
        for (int i = value; i < value + valueLength; i++) {
            if (!Syntax.isDigit(text[i])) {
                throw HttpSyntaxException.malformed("Content-Length that is not a number");
            }
            length = 10 * length + (text[i] - '0');
        }
        if (contentLength >= 0 && contentLength != length) {
            throw HttpSyntaxException.malformed("several different Content-Lengths");
        }
        contentLength = length;
    }

    /** Other codings than {@code chunked} alone are legal but can't be passed on. */
    private void takeCoding(byte[] text, int value, int valueLength) throws HttpSyntaxException {
        if (chunked || !FieldNames.is(text, value, valueLength, "chunked")) {
            throw HttpSyntaxException.malformed("Transfer-Encoding other than chunked");
        }
        chunked = true;
    }

    void decide(int status, boolean toHead) throws HttpSyntaxException {
        if (chunked && contentLength >= 0) {
            throw HttpSyntaxException.malformed("both Transfer-Encoding and Content-Length");
        }
        if (chunked && minorVersion == 0) {
            throw HttpSyntaxException.malformed("Transfer-Encoding in HTTP/1.0");
        }
        keepAlive = !options.hasClose() && (minorVersion == 1 || options.hasKeepAlive());
        if (status < 200 || status == 204) {
            framing = BodyFraming.NONE;
            keepAlive &=
                    !chunked && contentLength <= 0; // RFC 9112 §6.1: no framing here; who sends it may send a body too
        } else if (toHead || status == 304) {
            framing = BodyFraming.NONE;
        } else if (chunked) {
            framing = BodyFraming.CHUNKED;
        } else if (contentLength >= 0) {
            framing = contentLength == 0 ? BodyFraming.NONE : BodyFraming.LENGTH;
        } else {
            framing = BodyFraming.CLOSE;
            keepAlive = false;
        }
    }

    BodyFraming framing() {
        return framing;
    }

    long contentLength() {
        return contentLength;
    }

    boolean isKeepAlive() {
        return keepAlive;
    }

    ConnectionOptions options() {
        return options;
    }
}
