package io.jvmroute.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what it was asked, and answers with the head that it saw. */
public final class RecordingServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    /** Method, target and body. */
    public final transient List<String> served = new CopyOnWriteArrayList<>();

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String query = request.getQueryString();
        String target = request.getRequestURI() + (query == null ? "" : "?" + query);
        String body = new String(request.getInputStream().readAllBytes(), ISO_8859_1);
        served.add((request.getMethod() + " " + target + " " + body).strip());
        List<String> lines = new ArrayList<>(List.of(
                request.getMethod() + " " + target,
                "client=" + request.getRemoteAddr(),
                "server=" + request.getServerName()));
        for (String name : Collections.list(request.getHeaderNames())) {
            Collections.list(request.getHeaders(name)).forEach(value -> lines.add(name + ": " + value));
        }
        response.setContentType("text/plain;charset=iso-8859-1");
        response.getWriter().write(String.join("\n", lines));
    }
}
