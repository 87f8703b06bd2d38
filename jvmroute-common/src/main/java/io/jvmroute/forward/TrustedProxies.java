package io.jvmroute.forward;

import io.jvmroute.cluster.AddressRanges;
import io.jvmroute.http.ClientEnd;
import io.jvmroute.http.Exchange;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The proxies that are believed about where a request came from: {@code Forwarded} (RFC 7239), else {@code X-Forwarded-For}, {@code -Proto},
 * {@code -Host} and {@code -Port}. Immutable. Names are never looked up.
 */
public final class TrustedProxies {
    /** Nobody is believed. */
    public static final TrustedProxies NONE = new TrustedProxies(AddressRanges.NONE);

    private static final Pattern AUTHORITY =
            Pattern.compile("([A-Za-z0-9._-]{1,255}|\\[[0-9A-Fa-f:.]+])(?::(\\d{1,5}))?");

    private final AddressRanges ranges;

    private TrustedProxies(AddressRanges ranges) {
        this.ranges = ranges;
    }

    /**
     * Proxies with addresses in these ranges.
     *
     * @throws IllegalArgumentException if one is none
     */
    public static TrustedProxies of(List<String> cidrs) {
        return new TrustedProxies(AddressRanges.of(cidrs));
    }

    /** Whether nobody is believed. */
    public boolean isEmpty() {
        return ranges.isEmpty();
    }

    /** Whether the address is one of a proxy that is believed. */
    public boolean trusts(String address) {
        return ranges.contains(address);
    }

    /**
     * The client's end as trusted proxies tell it: the last address on the way that is not a trusted proxy's. What they do not say, or
     * not in a form that can be used, is as the connection says.
     *
     * @param direct the other end of the connection, which must be one of a trusted proxy
     */
    public ClientEnd resolve(ClientEnd direct, Exchange exchange) {
        ForwardedFields fields = new ForwardedFields();
        exchange.requestFields(fields);
        List<ForwardedStep> way = fields.forwarded.isEmpty() ? legacyWay(fields) : way(fields.forwarded);
        ForwardedStep client = null;
        for (ForwardedStep step : way) {
            if (!AddressRanges.isAddress(step.address())) {
                break; // unknown or obfuscated (RFC 7239 §6): nobody behind it is known
            }
            client = step;
            if (!trusts(step.address())) {
                break;
            }
        }
        return client == null ? direct : end(direct, client);
    }

    private static ClientEnd end(ClientEnd direct, ForwardedStep client) {
        String proto = client.proto().toLowerCase(Locale.ROOT);
        String scheme = proto.equals("http") || proto.equals("https") ? proto : direct.scheme();
        Matcher authority = AUTHORITY.matcher(client.host());
        boolean named = authority.matches();
        int usual = scheme.equals("https") ? 443 : 80;
        int port = named || !scheme.equals(direct.scheme()) ? usual : direct.serverPort();
        if (named && authority.group(2) != null) {
            int given = Integer.parseInt(authority.group(2));
            port = given >= 1 && given <= 65_535 ? given : usual;
        }
        return new ClientEnd(client.address(), 0, scheme, named ? authority.group(1) : direct.host(), port);
    }

    /** From the nearest proxy on. */
    private static List<ForwardedStep> way(String forwarded) {
        List<ForwardedStep> way = new ArrayList<>();
        for (ListFromEnd elements = new ListFromEnd(forwarded); elements.hasNext(); ) {
            way.add(ForwardedStep.ofElement(elements.next()));
        }
        return way;
    }

    private static List<ForwardedStep> legacyWay(ForwardedFields fields) {
        List<ForwardedStep> way = new ArrayList<>();
        if (!fields.addresses.isEmpty()) {
            String[] addresses = fields.addresses.split(",", -1);
            for (int i = addresses.length - 1; i >= 0; i--) {
                String host = at(fields.hosts, i, addresses.length);
                String port = at(fields.ports, i, addresses.length);
                boolean joined = !host.isEmpty() && !port.isEmpty() && !host.matches(".*:\\d+");
                way.add(new ForwardedStep(
                        ForwardedStep.ofAddress(addresses[i].strip()).address(),
                        at(fields.protos, i, addresses.length),
                        joined ? host + ":" + port : host));
            }
        }
        return way;
    }

    /** The value that goes with an address where each has its own, else the last: the nearest proxy's word. */
    private static String at(String list, int i, int count) {
        String[] values = list.split(",", -1);
        return values[values.length == count ? i : values.length - 1].strip();
    }
}
