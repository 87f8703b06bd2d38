package io.jvmroute.forward;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.jvmroute.http.FieldSink;
import java.util.Locale;

/** Picks what proxies say of the client out of a request's fields; several of one name as one list (RFC 9110 §5.3). */
final class ForwardedFields implements FieldSink {
    /** Nobody said anything; not to be told of more. */
    static final ForwardedFields NONE = new ForwardedFields();

    String forwarded = "";
    String addresses = "";
    String protos = "";
    String hosts = "";
    String ports = "";

    /** Whether a field of this name speaks of the client, in any case. */
    static boolean isOne(byte[] name, int offset, int length) {
        return length >= "forwarded".length()
                && ((name[offset] | 0x20) == 'f' || (name[offset] | 0x20) == 'x')
                && isOne(new String(name, offset, length, ISO_8859_1));
    }

    static boolean isOne(String name) {
        return name.equalsIgnoreCase("forwarded")
                || name.regionMatches(/* ignoreCase= */ true, 0, "x-forwarded-", 0, 12);
    }

    @Override
    public void field(byte[] name, int nameOffset, int nameLength, byte[] value, int valueOffset, int valueLength) {
        if (isOne(name, nameOffset, nameLength)) {
            field(
                    new String(name, nameOffset, nameLength, ISO_8859_1),
                    new String(value, valueOffset, valueLength, ISO_8859_1));
        }
    }

    @Override
    public void field(String name, String value) {
        if (isOne(name)) {
            take(name, value);
        }
    }

    /** Whether it is one of the five. */
    boolean take(String name, String value) {
        switch (name.toLowerCase(Locale.ROOT)) {
            case "forwarded" -> forwarded = joined(forwarded, value);
            case "x-forwarded-for" -> addresses = joined(addresses, value);
            case "x-forwarded-proto" -> protos = joined(protos, value);
            case "x-forwarded-host" -> hosts = joined(hosts, value);
            case "x-forwarded-port" -> ports = joined(ports, value);
            default -> {
                return false;
            }
        }
        return true;
    }

    static String joined(String list, String value) {
        return list.isEmpty() ? value : list + ", " + value;
    }
}
