package io.jvmroute.servlet;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;

/** The response to a {@link ClientRequest}: redirects lead to where the client sent it, not to where the hop did. */
final class ClientResponse extends HttpServletResponseWrapper {
    private final HttpServletRequest request;

    ClientResponse(HttpServletResponse response, HttpServletRequest request) {
        super(response);
        this.request = request;
    }

    @Override
    public void sendRedirect(String location) throws IOException {
        super.sendRedirect(absolute(location));
    }

    private String absolute(String location) {
        try {
            return new URI(request.getRequestURL().toString())
                    .resolve(new URI(location))
                    .toString();
        } catch (URISyntaxException e) {
            return location; // the container's to judge
        }
    }
}
