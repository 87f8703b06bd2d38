package io.jvmroute.examples;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.function.UnaryOperator;

/** The page: products, cart, and where the session lives. */
@WebServlet("")
public final class ShopServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Visit visit = Visits.update(request, UnaryOperator.identity());
        Links links = path -> response.encodeURL(request.getContextPath() + path);
        Answers.html(response, new ShopPage(visit, Whereabouts.of(request), links).html());
    }
}
