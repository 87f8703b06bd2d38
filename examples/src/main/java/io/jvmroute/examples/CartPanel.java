package io.jvmroute.examples;

import static io.jvmroute.examples.Html.escape;
import static io.jvmroute.examples.Html.euros;

import java.util.stream.Collectors;

/** The cart: a line for each product, and what it all costs. */
record CartPanel(Cart cart, Links links) {

    String html() {
        return """
                <section id="cart" aria-labelledby="cart-title">
                <h2 id="cart-title">Your cart</h2>
                %s</section>
                """.formatted(cart.items() == 0 ? empty() : table());
    }

    private static String empty() {
        return """
                <p class="empty">Still empty. Add a tea, then kill the node that owns your session and reload: \
                the cart will be here.</p>
                """;
    }

    private String table() {
        String lines = Catalogue.PRODUCTS.stream()
                .filter(product -> cart.quantity(product) > 0)
                .map(this::line)
                .collect(Collectors.joining());
        return """
                <table>
                <thead class="hidden"><tr><th scope="col">Tea</th><th scope="col">Quantity</th>\
                <th scope="col">Price</th></tr></thead>
                <tbody>
                %s</tbody>
                <tfoot><tr><th scope="row" colspan="2">Total</th><td class="money">%s</td></tr></tfoot>
                </table>
                """.formatted(lines, euros(cart.totalCents()));
    }

    private String line(Product product) {
        return """
                <tr>
                <th scope="row">%1$s</th>
                <td><form method="post" action="%2$s">
                <input type="hidden" name="mode" value="set">
                <input type="hidden" name="product" value="%3$s">
                <label class="hidden" for="set-%3$s">Quantity of %1$s</label>
                <input id="set-%3$s" type="number" name="quantity" value="%4$d" min="0" max="999" inputmode="numeric">
                <button class="quiet" aria-label="Change the quantity of %1$s">Change</button>
                </form>
                <form method="post" action="%2$s">
                <input type="hidden" name="mode" value="set">
                <input type="hidden" name="product" value="%3$s">
                <input type="hidden" name="quantity" value="0">
                <button class="quiet" aria-label="Remove %1$s">Remove</button>
                </form></td>
                <td class="money">%5$s</td>
                </tr>
                """.formatted(
                        escape(product.name()),
                        escape(links.to("/cart")),
                        escape(product.id()),
                        cart.quantity(product),
                        euros(product.cents() * cart.quantity(product)));
    }
}
