package io.jvmroute.examples;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** {@code product} and {@code quantity} go into the cart; with {@code mode=set} the quantity replaces what is there. */
@WebServlet("/cart")
public final class CartServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        boolean replaces = "set".equals(request.getParameter("mode"));
        int least = replaces ? 0 : 1;
        Product product = Catalogue.find(request.getParameter("product"));
        int quantity = quantity(request.getParameter("quantity"));
        if (product == null) {
            response.sendError(HttpServletResponse.SC_BAD_REQUEST, "product: not in the catalogue");
            return;
        }
        if (quantity < least || quantity > Cart.MAX_QUANTITY) {
            String expected = "quantity (expected: " + least + " to " + Cart.MAX_QUANTITY + ")";
            response.sendError(HttpServletResponse.SC_BAD_REQUEST, expected);
            return;
        }
        Visits.update(
                request,
                visit -> visit.withCart(
                        replaces
                                ? visit.cart().with(product, quantity)
                                : visit.cart().plus(product, quantity)));
        Answers.seeShop(request, response);
    }

    private static int quantity(@Nullable String text) {
        return text != null && text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : -1;
    }
}
