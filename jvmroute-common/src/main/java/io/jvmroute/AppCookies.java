package io.jvmroute;

import io.jvmroute.affinity.Claim;
import io.jvmroute.affinity.CookieValue;
import io.jvmroute.affinity.RouteTable;
import io.jvmroute.affinity.ValueSource;
import io.jvmroute.http.Exchange;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * Learns from one response which node an application's cookie belongs to: a new value is pinned to the node that set it, a value that the
 * application expires loses its pin.
 */
final class AppCookies {
    private final List<ValueSource> sources;
    private final Exchange exchange;
    private final RoutelessPins pins;

    AppCookies(List<ValueSource> sources, Exchange exchange, RoutelessPins pins) {
        this.sources = sources;
        this.exchange = exchange;
        this.pins = pins;
    }

    void learn(List<String> setCookies, String route) {
        for (ValueSource source : sources) {
            String name = source.spec().name();
            for (String setCookie : setCookies) {
                int equals = setCookie.indexOf('=');
                if (equals == name.length() && setCookie.startsWith(name)) {
                    learn(source, setCookie.substring(equals + 1), route);
                }
            }
        }
    }

    private void learn(ValueSource source, String valueAndAttributes, String route) {
        int end = valueAndAttributes.indexOf(';');
        String value = CookieValue.unquoted(end < 0 ? valueAndAttributes : valueAndAttributes.substring(0, end));
        if (value.isEmpty() || (end >= 0 && isExpired(valueAndAttributes.substring(end + 1)))) {
            Claim ended = source.find(exchange, RouteTable.EMPTY);
            if (ended != null) {
                pins.end(ended, route);
            }
            return;
        }
        Claim claim = source.claim(value);
        if (claim != null) {
            pins.learn(claim, route);
        }
    }

    /** RFC 6265 §5.3: Max-Age counts before Expires. */
    private static boolean isExpired(String attributes) {
        String expires = null;
        for (String attribute : attributes.split(";", -1)) {
            String[] pair = attribute.strip().split("=", 2);
            if (pair.length == 2 && pair[0].toLowerCase(Locale.ROOT).equals("max-age")) {
                return pair[1].startsWith("-") || pair[1].matches("0+");
            }
            if (pair.length == 2 && pair[0].toLowerCase(Locale.ROOT).equals("expires")) {
                expires = pair[1];
            }
        }
        return expires != null && isPast(expires);
    }

    private static boolean isPast(String date) {
        Instant instant = CookieDate.parse(date);
        return instant != null && instant.isBefore(Instant.now());
    }
}
