package io.jvmroute.examples;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;

/** Quantities by product id. Immutable: a session manager replicates what is set anew, not what changes inside. */
record Cart(Map<String, Integer> quantities) implements Serializable {

    static final Cart EMPTY = new Cart(Map.of());

    /** The most of one product that a cart holds. */
    static final int MAX_QUANTITY = 999;

    Cart {
        quantities = Map.copyOf(quantities);
        quantities.forEach((product, quantity) -> {
            if (quantity < 1 || quantity > MAX_QUANTITY) {
                throw new IllegalArgumentException(
                        product + ": " + quantity + " (expected: 1 to " + MAX_QUANTITY + ")");
            }
        });
    }

    int quantity(Product product) {
        return quantities.getOrDefault(product.id(), 0);
    }

    /** One with so many more of a product, at most {@link #MAX_QUANTITY}. */
    Cart plus(Product product, int quantity) {
        return with(product, Math.min(MAX_QUANTITY, quantity(product) + quantity));
    }

    /** One with exactly so many of a product; 0 takes it out. */
    Cart with(Product product, int quantity) {
        Map<String, Integer> changed = new HashMap<>(quantities);
        if (quantity == 0) {
            changed.remove(product.id());
        } else {
            changed.put(product.id(), quantity);
        }
        return new Cart(changed);
    }

    int items() {
        return quantities.values().stream().mapToInt(Integer::intValue).sum();
    }

    long totalCents() {
        return Catalogue.PRODUCTS.stream()
                .mapToLong(product -> product.cents() * quantity(product))
                .sum();
    }
}
