package io.jvmroute.forward;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.jvmroute.cluster.HopKey;
import io.jvmroute.http.ClientEnd;
import java.security.MessageDigest;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Issues and verifies the tickets of hops, so that a client can't tell a node lies about itself.
 *
 * <pre>
 * 1 ~ key id ~ from ~ to ~ address ~ port ~ scheme ~ host ~ server port ~ key hash ~ epoch ~ TLS digest ~ code
 * 1 ~ key id ~ [not-mine] ~ route ~ epoch ~ code                       a refusal of that, with the ticket for the target
 * </pre>
 *
 * <p>The version after this one may put more values before the code, which this one passes over: so nodes of both work together while a cluster is upgraded.
 *
 * <p>The code is compared as the text that came, not as what it decodes to: a ticket has one spelling. Thread-safe; no state
 * is made per request.
 */
public final class HopTickets {
    /** How long a ticket may be. */
    public static final int MAX_LENGTH = 4096;

    /** Instead of a ticket: there is none for this request, which is not to be sent. */
    public static final String TOO_LONG = "";

    private static final String VERSION = "1";
    private static final String NEXT_VERSION = "2";
    private static final int MOST_MORE_VALUES = 8;
    private static final int VALUES = 12;
    private static final int REFUSAL_VALUES = 5;
    private static final String[] NOTHING = {};

    /** No method of a request that comes with a ticket: that would not be one (RFC 9110 §5.6.2). */
    private static final String NOT_MINE = "[not-mine]";

    private final Supplier<List<HopKey>> keys;
    private volatile Ring ring = new Ring(List.of(), List.of());

    private record Ring(List<HopKey> keys, List<SignerPool> pools) {
        static Ring of(List<HopKey> keys) {
            return new Ring(
                    List.copyOf(keys), keys.stream().map(SignerPool::new).toList());
        }
    }

    /**
     * Tickets of a cluster.
     *
     * @param keys the keys that are valid now: the first signs, all verify
     */
    public HopTickets(Supplier<List<HopKey>> keys) {
        this.keys = keys;
    }

    private List<SignerPool> pools() {
        List<HopKey> now = keys.get();
        Ring known = ring;
        if (!known.keys().equals(now)) {
            known = Ring.of(now);
            ring = known;
        }
        return known.pools();
    }

    /**
     * The header value that authenticates a hop; {@link #TOO_LONG}, which only a host name of the client's can cause.
     *
     * @param target the raw target of the request that it comes with
     * @throws IllegalStateException if there is no key
     */
    public String issue(HopTicket ticket, String method, String target) {
        List<SignerPool> pools = pools();
        if (pools.isEmpty()) {
            throw new IllegalStateException("no hop key (expected: at least one)");
        }
        SignerPool pool = pools.get(0);
        TicketSigner signer = pool.take();
        ClientEnd client = ticket.client();
        signer.put(VERSION);
        signer.put(pool.key().id());
        signer.put(ticket.from());
        signer.put(ticket.to());
        signer.put(client.address());
        signer.put(Integer.toString(client.port()));
        signer.put(client.scheme());
        signer.put(client.host());
        signer.put(Integer.toString(client.serverPort()));
        signer.put(ticket.keyHash());
        signer.put(Long.toString(ticket.epoch()));
        signer.put(ticket.tlsDigest());
        String header = signer.sign(method, target);
        pool.give(signer);
        return header;
    }

    /**
     * What a header value says, or null if it is not one that a holder of a valid key made for this method and raw target.
     * Whether it was made for this node is the caller's to check, by {@link HopTicket#to}.
     */
    public @Nullable HopTicket verify(String header, String method, String target) {
        String[] values = authenticated(header, VALUES, method, target);
        return values.length == 0 ? null : ticket(values);
    }

    /**
     * The header value that authenticates a refusal.
     *
     * @param ticket the header value of the ticket that is refused, to which the refusal is bound
     * @throws IllegalStateException if there is no key
     */
    public String refuse(HopRefusal refusal, String ticket) {
        List<SignerPool> pools = pools();
        if (pools.isEmpty()) {
            throw new IllegalStateException("no hop key (expected: at least one)");
        }
        SignerPool pool = pools.get(0);
        TicketSigner signer = pool.take();
        signer.put(VERSION);
        signer.put(pool.key().id());
        signer.put(NOT_MINE);
        signer.put(refusal.route());
        signer.put(Long.toString(refusal.epoch()));
        String header = signer.sign(NOT_MINE, ticket);
        pool.give(signer);
        return header;
    }

    /** What a node says of the hop with this ticket; null if it is not a refusal that a holder of a valid key made for it. */
    public @Nullable HopRefusal verifyRefusal(String header, String ticket) {
        String[] values = authenticated(header, REFUSAL_VALUES, NOT_MINE, ticket);
        if (values.length == 0 || !values[2].equals(NOT_MINE)) {
            return null;
        }
        try {
            return new HopRefusal(decode(values[3]), Long.parseLong(values[4]));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** The values of an authentic text with that many of them, or more of the next version; none of any other. */
    private String[] authenticated(String header, int count, String method, String target) {
        int codeStart = header.length() - TicketSigner.CODE_LENGTH;
        if (header.length() > MAX_LENGTH || codeStart < 2 || header.charAt(codeStart - 1) != TicketSigner.SEPARATOR) {
            return NOTHING;
        }
        String[] values = header.substring(0, codeStart - 1)
                .split(String.valueOf(TicketSigner.SEPARATOR), count + MOST_MORE_VALUES + 1);
        if (!isWellFormed(values, count) || !isLatin(header) || !isLatin(method) || !isLatin(target)) {
            return NOTHING;
        }
        String keyId = decode(values[1]);
        byte[] code = header.substring(codeStart).getBytes(ISO_8859_1);
        for (SignerPool pool : pools()) {
            if (pool.key().id().equals(keyId) && isCodeOf(pool, header, codeStart - 1, code, method, target)) {
                return values;
            }
        }
        return NOTHING;
    }

    private static boolean isWellFormed(String[] values, int count) {
        int more = values.length - count;
        return (more == 0 && values[0].equals(VERSION))
                || (more >= 0 && more <= MOST_MORE_VALUES && values[0].equals(NEXT_VERSION));
    }

    private static boolean isCodeOf(
            SignerPool pool, String header, int textEnd, byte[] code, String method, String target) {
        TicketSigner signer = pool.take();
        signer.putText(header, textEnd);
        byte[] expected = signer.code(method, target);
        pool.give(signer);
        return MessageDigest.isEqual(expected, code);
    }

    /** The values are authentic here; what can't be read is another version's. */
    private static @Nullable HopTicket ticket(String[] values) {
        try {
            ClientEnd client = new ClientEnd(
                    decode(values[4]),
                    Integer.parseInt(values[5]),
                    decode(values[6]),
                    decode(values[7]),
                    Integer.parseInt(values[8]));
            return new HopTicket(
                    decode(values[2]),
                    decode(values[3]),
                    client,
                    decode(values[9]),
                    Long.parseLong(values[10]),
                    decode(values[11]));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** The value that {@link TicketSigner#put} wrote; anything else decodes to something that it does not write. */
    private static String decode(String value) {
        if (value.indexOf('%') < 0) {
            return value;
        }
        byte[] bytes = new byte[value.length()];
        int length = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '%' && i + 2 < value.length()) {
                bytes[length++] = (byte)
                        (16 * Character.digit(value.charAt(i + 1), 16) + Character.digit(value.charAt(i + 2), 16));
                i += 2;
            } else {
                bytes[length++] = (byte) c;
            }
        }
        return new String(bytes, 0, length, UTF_8);
    }

    private static boolean isLatin(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0xff) {
                return false;
            }
        }
        return true;
    }
}
