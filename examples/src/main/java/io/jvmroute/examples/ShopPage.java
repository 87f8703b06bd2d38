package io.jvmroute.examples;

import static io.jvmroute.examples.Html.escape;
import static io.jvmroute.examples.Html.euros;

import java.util.stream.Collectors;

/** The page as a whole, and what it sells. */
record ShopPage(Visit visit, Whereabouts where, Links links) {

    String html() {
        int items = visit.cart().items();
        return """
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <title>Leaf &amp; Kettle%s</title>
                <link rel="icon" href="data:image/svg+xml,%%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%%3E%%3Ccircle cx='16' cy='16' r='14' fill='%%23e9e4d8'/%%3E%%3Ccircle cx='16' cy='16' r='10' fill='%%23a8b04a'/%%3E%%3C/svg%%3E">
                <link rel="stylesheet" href="%s">
                </head>
                <body>
                <a class="skip" href="#products">Skip to the teas</a>
                <header>
                <h1>Leaf &amp; Kettle</h1>
                <nav aria-label="Shop"><a href="#cart">Cart <span class="count">%d</span></a></nav>
                %s</header>
                <main>
                %s<div class="columns">
                %s%s</div>
                </main>
                <footer><p>A demonstration of jvmroute. Nothing here is for sale.</p></footer>
                </body>
                </html>
                """.formatted(
                        items == 0 ? "" : " (" + items + ")",
                        escape(stylesheet()),
                        items,
                        account(),
                        new WherePanel(visit, where).html(),
                        products(),
                        new CartPanel(visit.cart(), links).html());
    }

    /** The same for everybody: its address carries no session, so that browsers keep it. */
    private String stylesheet() {
        String address = links.to("/shop.css");
        int parameter = address.indexOf(';');
        return parameter < 0 ? address : address.substring(0, parameter);
    }

    private String account() {
        String user = visit.user();
        if (user != null) {
            return """
                    <form class="account" method="post" action="%s">
                    <span>Signed in as <strong>%s</strong></span>
                    <button class="quiet">Sign out</button>
                    </form>
                    """.formatted(escape(links.to("/logout")), escape(user));
        }
        return """
                <form class="account" method="post" action="%s">
                <label for="name">Your name</label>
                <input id="name" name="name" required maxlength="40" autocomplete="given-name">
                <button class="quiet">Sign in</button>
                </form>
                """.formatted(escape(links.to("/login")));
    }

    private String products() {
        return """
                <section id="products" aria-labelledby="products-title">
                <h2 id="products-title">Teas</h2>
                <ul class="products">
                %s</ul>
                </section>
                """.formatted(Catalogue.PRODUCTS.stream().map(this::product).collect(Collectors.joining()));
    }

    private String product(Product product) {
        return """
                <li>
                %s<h3>%s</h3>
                <p class="note">%s</p>
                <form method="post" action="%s">
                <p class="price">%s <span>100 g</span></p>
                <input type="hidden" name="product" value="%s">
                <label class="hidden" for="add-%6$s">Quantity of %2$s</label>
                <input id="add-%6$s" type="number" name="quantity" value="1" min="1" max="99" inputmode="numeric">
                <button aria-label="Add %2$s to the cart">Add</button>
                </form>
                </li>
                """.formatted(
                        cup(product.colour()),
                        escape(product.name()),
                        escape(product.note()),
                        escape(links.to("/cart")),
                        euros(product.cents()),
                        escape(product.id()));
    }

    /** A cup from above; its tea has the product's colour. */
    static String cup(String colour) {
        return """
                <svg class="cup" viewBox="0 0 120 120" aria-hidden="true" focusable="false">
                <circle class="saucer" cx="60" cy="60" r="56"/>
                <circle class="rim" cx="60" cy="60" r="45"/>
                <rect class="handle" x="90" y="54" width="26" height="12" rx="6" transform="rotate(-38 60 60)"/>
                <circle class="china" cx="60" cy="60" r="37"/>
                <circle cx="60" cy="60" r="31" fill="%s"/>
                <path class="shine" d="M40 52a22 22 0 0 1 20-15"/>
                </svg>
                """.formatted(colour);
    }
}
