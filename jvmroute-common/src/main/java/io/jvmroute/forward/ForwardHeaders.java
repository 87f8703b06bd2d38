package io.jvmroute.forward;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.jvmroute.http.ClientEnd;
import io.jvmroute.http.FieldSink;
import io.jvmroute.http1.RequestHeadEncoder;
import io.jvmroute.http1.UpgradeRequest;
import org.jspecify.annotations.Nullable;

/**
 * Carries the client's fields to the encoder, and adds what the backend shall know of the client: the ticket for a node of
 * ours, which restores the client's end from it; {@code X-Forwarded-For} and {@code -Proto} for any other.
 */
final class ForwardHeaders implements FieldSink {
    static final String HOP_LOWER_CASE = "jvmroute-hop";

    private static final String FORWARDED_FOR = "X-Forwarded-For";
    private static final String FORWARDED_PROTO = "X-Forwarded-Proto";

    private final RequestHeadEncoder encoder;
    private final @Nullable String ticket;
    private @Nullable String forwardedFor;

    ForwardHeaders(RequestHeadEncoder encoder, @Nullable String ticket) {
        this.encoder = encoder;
        this.ticket = ticket;
    }

    @Override
    public void field(byte[] name, int nameOffset, int nameLength, byte[] value, int valueOffset, int valueLength) {
        if (ticket != null || !isForwarded(name, nameOffset, nameLength)) {
            encoder.field(name, nameOffset, nameLength, value, valueOffset, valueLength);
        } else if (nameLength == FORWARDED_FOR.length()) {
            addForwardedFor(new String(value, valueOffset, valueLength, ISO_8859_1));
        }
    }

    @Override
    public void field(String name, String value) {
        boolean isFor = name.equalsIgnoreCase(FORWARDED_FOR);
        if (ticket != null || !(isFor || name.equalsIgnoreCase(FORWARDED_PROTO))) {
            encoder.field(name, value);
        } else if (isFor) {
            addForwardedFor(value);
        }
    }

    private static boolean isForwarded(byte[] name, int offset, int length) {
        return matches(name, offset, length, FORWARDED_FOR) || matches(name, offset, length, FORWARDED_PROTO);
    }

    private static boolean matches(byte[] name, int offset, int length, String expected) {
        if (length != expected.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            char c = expected.charAt(i);
            if (name[offset + i] != c
                    && name[offset + i] != Character.toLowerCase(c)
                    && name[offset + i] != Character.toUpperCase(c)) {
                return false;
            }
        }
        return true;
    }

    private void addForwardedFor(String value) {
        forwardedFor = forwardedFor == null ? value : forwardedFor + ", " + value;
    }

    /** Ends the client's fields and adds ours. */
    void end(ClientEnd client, @Nullable UpgradeRequest upgrade) {
        encoder.endFields();
        if (upgrade != null) {
            encoder.own("Connection", "Upgrade");
            encoder.own("Upgrade", upgrade.value());
        }
        if (!encoder.hasHost()) {
            encoder.own("Host", host(client)); // RFC 9112 §3.2: HTTP/1.0 need not, HTTP/2 does not send it
        }
        String hop = ticket;
        if (hop != null) {
            encoder.own(HopTicket.HEADER, hop);
        } else {
            addForwardedFor(client.address());
            String all = forwardedFor;
            encoder.own(FORWARDED_FOR, all == null ? client.address() : all);
            encoder.own(FORWARDED_PROTO, client.scheme());
        }
    }

    private static String host(ClientEnd client) {
        String host = client.host();
        if (host.indexOf(':') >= 0 && !host.startsWith("[")) {
            host = "[" + host + "]"; // RFC 3986 §3.2.2
        }
        int standardPort = client.scheme().equals("https") ? 443 : 80;
        return client.serverPort() == standardPort || client.serverPort() <= 0
                ? host
                : host + ":" + client.serverPort();
    }
}
