package io.jvmroute.examples;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * What every answer has in common.
 *
 * <p>The buffer holds a whole page: nothing leaves before the session is replicated, which happens when the request is
 * done. A node that is killed then has lost nothing that a client has seen.
 */
@WebFilter("/*")
public final class ShopFilter extends HttpFilter {

    private static final long serialVersionUID = 1L;

    private static final int BUFFER_BYTES = 64 * 1024;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        response.setBufferSize(BUFFER_BYTES);
        response.setHeader(
                "Content-Security-Policy",
                "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none';"
                        + " frame-ancestors 'none'");
        response.setHeader("X-Content-Type-Options", "nosniff");
        // The address may contain the session id.
        response.setHeader("Referrer-Policy", "no-referrer");
        if (!request.getServletPath().endsWith(".css")) {
            response.setHeader("Cache-Control", "no-store");
            response.setHeader("Shop-Node", Whereabouts.of(request).node());
        }
        chain.doFilter(request, response);
    }
}
