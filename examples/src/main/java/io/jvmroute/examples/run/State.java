package io.jvmroute.examples.run;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the shop's {@code /state} says; reads just the JSON that the shop writes.
 *
 * @param left the node on which an earlier session was left behind, empty if there is none
 */
record State(
        String node,
        String owner,
        int hops,
        String verdict,
        String left,
        long counter,
        Map<String, Integer> cart,
        int moves) {

    private static final Pattern CART = Pattern.compile("\"cart\":\\{([^}]*)}");
    private static final Pattern ITEM = Pattern.compile("\"([^\"]+)\":(\\d+)");
    private static final Pattern MOVE = Pattern.compile("\"from\":");

    State {
        cart = Map.copyOf(cart);
    }

    static State parse(String json) {
        Map<String, Integer> cart = new TreeMap<>();
        Matcher items = ITEM.matcher(find(CART, json));
        while (items.find()) {
            cart.put(items.group(1), Integer.valueOf(items.group(2)));
        }
        return new State(
                text("node", json),
                text("owner", json),
                (int) number("hops", json),
                text("verdict", json),
                text("left", json),
                number("counter", json),
                cart,
                (int) MOVE.matcher(json).results().count());
    }

    private static String text(String name, String json) {
        return find(Pattern.compile("\"" + name + "\":\"([^\"]*)\""), json);
    }

    private static long number(String name, String json) {
        return Long.parseLong(find(Pattern.compile("\"" + name + "\":(\\d+)"), json));
    }

    private static String find(Pattern pattern, String json) {
        Matcher matcher = pattern.matcher(json);
        if (!matcher.find()) {
            throw new IllegalArgumentException("no state of the shop: " + json);
        }
        return matcher.group(1);
    }
}
