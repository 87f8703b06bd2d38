package io.jvmroute.it.contract;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the shop's {@code /state} says; reads just the JSON that the shop writes.
 *
 * @param session whether the request had a session
 */
public record ShopState(
        String node, int hops, String verdict, boolean session, long counter, Map<String, Integer> cart, int moves) {
    private static final Pattern CART = Pattern.compile("\"cart\":\\{([^}]*)}");
    private static final Pattern ITEM = Pattern.compile("\"([^\"]+)\":(\\d+)");
    private static final Pattern MOVE = Pattern.compile("\"from\":");

    public ShopState {
        cart = Map.copyOf(cart);
    }

    static ShopState parse(String json) {
        Map<String, Integer> cart = new TreeMap<>();
        Matcher items = ITEM.matcher(find(CART, json));
        while (items.find()) {
            cart.put(items.group(1), Integer.valueOf(items.group(2)));
        }
        return new ShopState(
                value("node", "\"([^\"]*)\"", json),
                Integer.parseInt(value("hops", "(\\d+)", json)),
                value("verdict", "\"([^\"]*)\"", json),
                Boolean.parseBoolean(value("session", "(true|false)", json)),
                Long.parseLong(value("counter", "(\\d+)", json)),
                cart,
                (int) MOVE.matcher(json).results().count());
    }

    private static String value(String name, String pattern, String json) {
        return find(Pattern.compile("\"" + name + "\":" + pattern), json);
    }

    private static String find(Pattern pattern, String json) {
        Matcher matcher = pattern.matcher(json);
        if (!matcher.find()) {
            throw new IllegalArgumentException("no state of the shop: " + json);
        }
        return matcher.group(1);
    }
}
