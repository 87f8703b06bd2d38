package io.jvmroute.forward;

import io.jvmroute.cluster.AddressRanges;
import io.jvmroute.http.ClientEnd;
import io.jvmroute.http.Exchange;
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
        boolean standard = !fields.forwarded.isEmpty();
        ListFromEnd way = new ListFromEnd(standard ? fields.forwarded : fields.addresses);
        ForwardedStep client = null;
        int steps = 0;
        while (way.hasNext()) {
            ForwardedStep step = standard ? ForwardedStep.ofElement(way.next()) : ForwardedStep.ofAddress(way.next());
            if (!AddressRanges.isAddress(step.address())) {
                break; // unknown or obfuscated (RFC 7239 §6): nobody behind it is known
            }
            client = step;
            steps++;
            if (!trusts(step.address())) {
                break;
            }
        }
        if (client == null) {
            return direct;
        }
        return end(direct, standard ? client : legacyStep(client.address(), steps, fields));
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

    /** What is said of the address that stands so many steps from the end. */
    private static ForwardedStep legacyStep(String address, int steps, ForwardedFields fields) {
        int count = ListFromEnd.count(fields.addresses);
        String host = at(fields.hosts, steps, count);
        String port = at(fields.ports, steps, count);
        boolean joined = !host.isEmpty() && !port.isEmpty() && !host.matches(".*:\\d+");
        return new ForwardedStep(address, at(fields.protos, steps, count), joined ? host + ":" + port : host);
    }

    /** The value that goes with an address where each has its own, else the last: the nearest proxy's word. */
    private static String at(String list, int steps, int count) {
        ListFromEnd values = new ListFromEnd(list);
        for (int i = ListFromEnd.count(list) == count ? steps : 1; i > 1; i--) {
            values.skip();
        }
        return values.hasNext() ? values.next() : "";
    }
}
