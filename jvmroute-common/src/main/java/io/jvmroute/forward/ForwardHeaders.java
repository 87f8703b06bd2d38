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
    private final @Nullable String ticket;
    private final @Nullable String proxy;
    private final ForwardedFields said = new ForwardedFields();

    /**
     * No fields yet.
     *
     * @param ticket for a node of ours, else null
     * @param proxy the address of the trusted proxy that sent the request, else null
     */
    public ForwardHeaders(RequestHeadEncoder encoder, @Nullable String ticket, @Nullable String proxy) {
        this.encoder = encoder;
        this.ticket = ticket;
        this.proxy = proxy;
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
            encoder.own("Host", host(client)); // RFC 9112 §3.2: HTTP/1.0 need not, HTTP/2 does not send it
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
        String host = host(client);
        String node = peer.indexOf(':') >= 0 ? "\"[" + peer + "]\"" : peer;
        String named = host.isEmpty() ? "" : ";host=\"" + host + "\"";
        String all = ForwardedFields.joined(said.forwarded, "for=" + node + named + ";proto=" + client.scheme());
        encoder.own("Forwarded", all);
        encoder.own("X-Forwarded-For", ForwardedFields.joined(said.addresses, peer));
        encoder.own("X-Forwarded-Proto", said.protos.isEmpty() ? client.scheme() : said.protos);
        if (!said.hosts.isEmpty() || !host.isEmpty()) {
            encoder.own("X-Forwarded-Host", said.hosts.isEmpty() ? host : said.hosts);
        }
        encoder.own("X-Forwarded-Port", said.ports.isEmpty() ? Integer.toString(client.serverPort()) : said.ports);
        encoder.own("Via", "1.1 jvmroute");
    }

    private static String host(ClientEnd client) {
        String host = client.host();
        if (host.isEmpty()) {
            return ""; // RFC 9112 §3.2: so it is sent then
        }
        int standardPort = client.scheme().equals("https") ? 443 : 80;
        return client.serverPort() == standardPort || client.serverPort() <= 0
                ? Hosts.bracketed(host)
                : Hosts.bracketed(host) + ":" + client.serverPort();
    }
}
