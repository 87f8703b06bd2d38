package io.jvmroute.servlet;

import io.jvmroute.RequestAffinity;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * A response that gets the route cookie, or from which the cookies of the application are learned, before its head is sent.
 *
 * <p>The Servlet API tells nobody when that is, and takes no field back. So the cookie is added when the application asks for the way to the
 * body, or does what sends the head; else at the end. What the application sets until then decides: its own cookie of the name, or a 304.
 */
final class AffinityResponse extends HttpServletResponseWrapper {
    private static final String SET_COOKIE = "Set-Cookie";
    private static final String CACHE_CONTROL = "Cache-Control";

    private final RequestAffinity affinity;
    private final boolean https;
    private final List<String> added = new ArrayList<>(); // Undertow tells of cookies only once they are sent
    private boolean complete;

    /**
     * The response to a request.
     *
     * @param https whether the client's request came by https
     */
    AffinityResponse(HttpServletResponse response, RequestAffinity affinity, boolean https) {
        super(response);
        this.affinity = affinity;
        this.https = https;
    }

    /** Adds what is missing in the head, once, unless it is sent already. */
    void completeHead() {
        completeHead(getStatus());
    }

    private void completeHead(int status) {
        if (complete || isCommitted()) {
            return;
        }
        complete = true;
        List<String> setCookies = new ArrayList<>(getHeaders(SET_COOKIE));
        affinity.learn(setCookies);
        setCookies.addAll(added);
        String cookie = affinity.setCookie(status, https, setCookies);
        if (cookie != null) {
            super.addHeader(SET_COOKIE, cookie);
            if (RequestAffinity.needsPrivate(List.copyOf(getHeaders(CACHE_CONTROL)))) {
                super.addHeader(CACHE_CONTROL, "private");
            }
        }
    }

    /** Learns at once, since the client may have the cookie before this response is complete. */
    private void learn(String name, String value) {
        if (SET_COOKIE.equalsIgnoreCase(name) && value != null && !isCommitted()) {
            affinity.learn(List.of(value));
        }
    }

    // ---- what the application sets ----

    @Override
    public void addCookie(Cookie cookie) {
        super.addCookie(cookie);
        String ended = cookie.getMaxAge() == 0 ? "; Max-Age=0" : "";
        String text = cookie.getName() + '=' + (cookie.getValue() == null ? "" : cookie.getValue()) + ended;
        added.add(text);
        learn(SET_COOKIE, text);
    }

    @Override
    public void addHeader(String name, String value) {
        super.addHeader(name, value);
        learn(name, value);
    }

    @Override
    public void setHeader(String name, String value) {
        super.setHeader(name, value);
        learn(name, value);
    }

    // ---- what sends the head, or makes it soon be sent ----

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        completeHead();
        return super.getOutputStream();
    }

    @Override
    public PrintWriter getWriter() throws IOException {
        completeHead();
        return super.getWriter();
    }

    @Override
    public void flushBuffer() throws IOException {
        completeHead();
        super.flushBuffer();
    }

    @Override
    public void sendError(int status) throws IOException {
        completeHead(status);
        super.sendError(status);
    }

    @Override
    public void sendError(int status, String message) throws IOException {
        completeHead(status);
        super.sendError(status, message);
    }

    @Override
    public void sendRedirect(String location) throws IOException {
        completeHead(SC_FOUND);
        super.sendRedirect(location);
    }

    @Override
    public void reset() {
        super.reset();
        added.clear();
        complete = false;
    }
}
