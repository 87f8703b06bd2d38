package io.jvmroute.forward;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.jvmroute.http.ClientEnd;
import io.jvmroute.http.ClientTls;
import io.jvmroute.http.FieldSink;
import io.jvmroute.http.Hosts;
import io.jvmroute.http1.RequestHeadEncoder;
import io.jvmroute.http1.UpgradeRequest;
import org.jspecify.annotations.Nullable;

/**
 * Carries the client's fields to the encoder, and adds what the backend shall know of the client: the ticket for a node of
 * ours, which restores the client's end from it, so that nothing else may differ from a request that came straight; {@code
 * X-Forwarded-*}, {@code Forwarded} (RFC 7239) and {@code Via} (RFC 9110 §7.6.3) for any other. What a client says of itself
 * in these fields is passed on only where it is a trusted proxy.
 */
public final class ForwardHeaders implements FieldSink {
    /** {@link HopTicket#HEADER} as field names are compared. */
    public static final String HOP_LOWER_CASE = "jvmroute-hop";

    /** {@link ClientTls#HEADER} as field names are compared. */
    public static final String TLS_LOWER_CASE = "jvmroute-tls";

    private final RequestHeadEncoder encoder;
    private @Nullable String ticket;
    private @Nullable String proxy;
    private ForwardedFields said = ForwardedFields.NONE;

    /** Those of one request after the other that {@code encoder} encodes. */
    public ForwardHeaders(RequestHeadEncoder encoder) {
        this.encoder = encoder;
    }

    /**
     * Makes ready for the fields of the next request.
     *
     * @param hopTicket for a node of ours, else null
     * @param trusted the address of the trusted proxy that sent the request, else null
     */
    public void begin(@Nullable String hopTicket, @Nullable String trusted) {
        ticket = hopTicket;
        proxy = trusted;
        said = proxy == null ? ForwardedFields.NONE : new ForwardedFields();
    }

    @Override
    public void field(byte[] name, int nameOffset, int nameLength, byte[] value, int valueOffset, int valueLength) {
        if (ticket != null || !ForwardedFields.isOne(name, nameOffset, nameLength)) {
            encoder.field(name, nameOffset, nameLength, value, valueOffset, valueLength);
        } else if (proxy != null) {
            String text = new String(name, nameOffset, nameLength, ISO_8859_1);
            if (!said.take(text, new String(value, valueOffset, valueLength, ISO_8859_1))) {
                encoder.field(name, nameOffset, nameLength, value, valueOffset, valueLength);
            }
        }
    }

    @Override
    public void field(String name, String value) {
        boolean passed = ticket != null || !ForwardedFields.isOne(name) || (proxy != null && !said.take(name, value));
        if (passed) {
            encoder.field(name, value);
        }
    }

    /** Ends the client's fields and adds ours. */
    public void end(ClientEnd client, @Nullable String tls, @Nullable UpgradeRequest upgrade) {
        encoder.endFields();
        if (upgrade != null) {
            encoder.own("Connection", "Upgrade");
            encoder.own("Upgrade", upgrade.value());
        }
        if (!encoder.hasHost()) {
            encoder.beginOwn("Host"); // RFC 9112 §3.2: HTTP/1.0 need not, HTTP/2 does not send it
            addHost(client);
            encoder.endOwn();
        }
        String hop = ticket;
        if (hop != null) {
            encoder.own(HopTicket.HEADER, hop);
            if (tls != null) {
                encoder.own(ClientTls.HEADER, tls);
            }
        } else {
            nameClient(client);
        }
    }

    private void nameClient(ClientEnd client) {
        String peer = proxy == null ? client.address() : proxy;
        boolean named = isPlain(client.host());
        addForwarded(peer, named, client);
        encoder.own("X-Forwarded-For", ForwardedFields.joined(said.addresses, peer));
        encoder.own("X-Forwarded-Proto", said.protos.isEmpty() ? client.scheme() : said.protos);
        if (!said.hosts.isEmpty()) {
            encoder.own("X-Forwarded-Host", said.hosts);
        } else if (named) {
            encoder.beginOwn("X-Forwarded-Host");
            addHost(client);
            encoder.endOwn();
        }
        if (!said.ports.isEmpty()) {
            encoder.own("X-Forwarded-Port", said.ports);
        } else if (client.serverPort() > 0) {
            encoder.beginOwn("X-Forwarded-Port");
            encoder.add(client.serverPort());
            encoder.endOwn();
        }
        encoder.own("Via", "1.1 jvmroute");
    }

    private void addForwarded(String peer, boolean named, ClientEnd client) {
        encoder.beginOwn("Forwarded");
        if (!said.forwarded.isEmpty()) {
            encoder.add(said.forwarded);
            encoder.add(", ");
        }
        boolean quoted = peer.indexOf(':') >= 0;
        encoder.add(quoted ? "for=\"[" : "for=");
        encoder.add(peer);
        encoder.add(quoted ? "]\"" : "");
        if (named) {
            encoder.add(";host=\"");
            addHost(client);
            encoder.add("\"");
        }
        encoder.add(";proto=");
        encoder.add(client.scheme());
        encoder.endOwn();
    }

    /** Whether nothing in it can part a list, or end a quoted string: any other is left to {@code Host} alone. */
    private static boolean isPlain(String host) {
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!plain && "-._~%:[]".indexOf(c) < 0) {
                return false;
            }
        }
        return !host.isEmpty();
    }

    /** Nothing for none: so it is sent then (RFC 9112 §3.2). */
    private void addHost(ClientEnd client) {
        if (client.host().isEmpty()) {
            return;
        }
        encoder.add(Hosts.bracketed(client.host()));
        int standardPort = client.scheme().equals("https") ? 443 : 80;
        if (client.serverPort() != standardPort && client.serverPort() > 0) {
            encoder.add(":");
            encoder.add(client.serverPort());
        }
    }
}
