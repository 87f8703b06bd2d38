package io.jvmroute.examples;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The few ways in which the shop answers. */
final class Answers {

    private Answers() {}

    static void html(HttpServletResponse response, String page) throws IOException {
        send(response, "text/html", page);
    }

    static void json(HttpServletResponse response, Object value) throws IOException {
        send(response, "application/json", Json.of(value) + "\n");
    }

    static void text(HttpServletResponse response, String text) throws IOException {
        send(response, "text/plain", text + "\n");
    }

    /** The way back to the page after a form, so that a reload repeats nothing. */
    static void seeShop(HttpServletRequest request, HttpServletResponse response) {
        response.setStatus(HttpServletResponse.SC_SEE_OTHER);
        response.setHeader("Location", response.encodeRedirectURL(request.getContextPath() + "/"));
    }

    private static void send(HttpServletResponse response, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        response.setContentType(type);
        response.setCharacterEncoding("UTF-8");
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }
}
