package io.jvmroute.examples;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the shop sells, in the order of the page. */
final class Catalogue {

    static final List<Product> PRODUCTS = List.of(
            new Product("sencha", "Sencha", "Grassy and bright, picked in May", 850, "#a8b04a"),
            new Product("oolong", "High Mountain Oolong", "Half fermented, a little honey", 1120, "#d99a2b"),
            new Product("assam", "Assam", "Malty, dark, asks for milk", 690, "#7a2e14"),
            new Product("silver-needle", "Silver Needle", "White buds, hardly touched", 1400, "#e6cf8b"),
            new Product("rooibos", "Rooibos", "Red bush, no caffeine at all", 560, "#b8481c"),
            new Product("hibiscus", "Hibiscus & Mint", "Sour, cool, good with ice", 480, "#a11a44"));

    private Catalogue() {}

    static @Nullable Product find(@Nullable String id) {
        for (Product product : PRODUCTS) {
            if (product.id().equals(id)) {
                return product;
            }
        }
        return null;
    }
}
