package io.jvmroute.servlet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.jvmroute.RequestAffinity;
import io.jvmroute.forward.BlockingExchange;
import io.jvmroute.forward.Tunnel;
import io.jvmroute.http.ClientEnd;
import io.jvmroute.http.ClientTls;
import io.jvmroute.http.FieldSink;
import io.jvmroute.http.Hosts;
import io.jvmroute.http.RequestHead;
import io.jvmroute.http1.UpgradeRequest;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One exchange as the Servlet API lets it be seen. Used by one thread at a time, not after the request completes. */
final class ServletExchange implements BlockingExchange, RequestHead {
    private static final int BUFFER = 16 * 1024;

    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final @Nullable String proxy;
    private final Set<String> responseNames = new HashSet<>();
    private byte @Nullable [] buffer;
    private byte @Nullable [] replay;
    private int peeked = Integer.MIN_VALUE;
    private boolean bodyRead;
    private boolean trailersAnnounced;
    private Map<String, String> responseTrailers = Map.of();
    private @Nullable RequestAffinity answering;
    private @Nullable AffinityResponse affinity;

    /**
     * The exchange of a request.
     *
     * @param proxy the trusted proxy that sent it, else null
     */
    ServletExchange(HttpServletRequest request, HttpServletResponse response, @Nullable String proxy) {
        this.request = request;
        this.response = response;
        this.proxy = proxy;
    }

    /** Lets the response of another node tell what {@code its} has to tell. */
    void tell(RequestAffinity its) {
        if (its.concernsResponse()) {
            affinity = new AffinityResponse(response, its, request.getScheme().equals("https"));
            answering = its;
        }
    }

    @Override
    public void answeredBy(String route) {
        if (answering != null) {
            answering.answeredBy(route);
        }
    }

    // ---- request head ----

    @Override
    public RequestHead head() {
        return this;
    }

    @Override
    public String method() {
        return request.getMethod();
    }

    @Override
    public String target() {
        String query = request.getQueryString();
        return query == null ? request.getRequestURI() : request.getRequestURI() + '?' + query;
    }

    @Override
    public String path() {
        return request.getRequestURI();
    }

    @Override
    public @Nullable String requestedSessionId() {
        return request.getRequestedSessionId();
    }

    @Override
    public @Nullable String cookie(String name) {
        return cookie(name, /* fromLast= */ 0);
    }

    @Override
    public @Nullable String cookie(String name, int fromLast) {
        Cookie[] cookies = request.getCookies();
        if (cookies != null) {
            int left = fromLast;
            for (int i = cookies.length - 1; i >= 0; i--) {
                if (cookies[i].getName().equals(name) && left-- == 0) {
                    return cookies[i].getValue();
                }
            }
        }
        return null;
    }

    @Override
    public @Nullable String header(String name) {
        return request.getHeader(name);
    }

    /** Whether the request has the header {@code name} more than once. */
    boolean repeats(String name) {
        Enumeration<String> values = request.getHeaders(name);
        if (values.hasMoreElements()) {
            values.nextElement();
        }
        return values.hasMoreElements();
    }

    @Override
    public void requestFields(FieldSink sink) {
        for (String name : Collections.list(request.getHeaderNames())) {
            Enumeration<String> values = request.getHeaders(name);
            while (values.hasMoreElements()) {
                sink.field(name, values.nextElement());
            }
        }
    }

    // ---- client ----

    @Override
    public @Nullable String trustedProxy() {
        return proxy;
    }

    @Override
    public ClientEnd client() {
        String host = request.getServerName();
        return new ClientEnd(
                Hosts.unbracketed(request.getRemoteAddr()),
                Math.max(0, request.getRemotePort()),
                request.getScheme(),
                host == null ? "" : host,
                request.getServerPort());
    }

    @Override
    public @Nullable String clientTls() {
        ClientTls known = request.isSecure() ? ServletTls.read(request) : null;
        return known == null ? null : known.encode();
    }

    // ---- request body ----

    @Override
    public long requestLength() {
        long length = request.getContentLengthLong();
        if (length >= 0) {
            return length;
        }
        if (request.getHeader("Transfer-Encoding") != null) {
            return -1;
        }
        return request.getProtocol().startsWith("HTTP/1") || isEmpty() ? 0 : -1;
    }

    /** On HTTP/2 a body is told by its first bytes alone. */
    private boolean isEmpty() {
        if (peeked == Integer.MIN_VALUE) {
            try {
                peeked = request.getInputStream().read(room());
            } catch (IOException e) {
                return false; // the next read says so too
            }
        }
        return peeked < 0;
    }

    private byte[] room() {
        byte[] its = buffer;
        if (its == null) {
            its = new byte[BUFFER];
            buffer = its;
        }
        return its;
    }

    @Override
    public @Nullable UpgradeRequest upgradeRequest() {
        return null; // a filter can't hand over the connection
    }

    @Override
    public boolean expectsContinue() {
        return "100-continue".equalsIgnoreCase(request.getHeader("Expect"));
    }

    /** Containers do so themselves, at the latest when the body is read. */
    @Override
    public void sendContinue() {}

    @Override
    public @Nullable ByteBuffer readRequestBody() throws IOException {
        bodyRead = true;
        byte[] again = replay;
        if (again != null) {
            replay = new byte[0];
            return again.length == 0 ? null : ByteBuffer.wrap(again);
        }
        if (peeked > 0) {
            ByteBuffer first = ByteBuffer.wrap(room(), 0, peeked);
            peeked = 0;
            return first;
        }
        InputStream in = request.getInputStream();
        int count = in.read(room());
        return count < 0 ? null : ByteBuffer.wrap(room(), 0, count);
    }

    @Override
    public void replayRequestBody(byte[] body) {
        replay = body;
    }

    /** Whether the application would miss bytes of the body. */
    boolean isBodyRead() {
        return bodyRead || peeked > 0;
    }

    @Override
    public Map<String, String> requestTrailers() {
        return request.isTrailerFieldsReady() ? request.getTrailerFields() : Map.of();
    }

    // ---- response ----

    @Override
    public void responseStatus(int status) {
        response.setStatus(status);
    }

    /** The first of a name replaces what the container has put there for itself, such as Server and Date. */
    @Override
    public void responseField(
            byte[] name, int nameOffset, int nameLength, byte[] value, int valueOffset, int valueLength) {
        String field = new String(name, nameOffset, nameLength, ISO_8859_1);
        String text = new String(value, valueOffset, valueLength, ISO_8859_1);
        String lower = field.toLowerCase(Locale.ROOT);
        trailersAnnounced |= lower.equals("trailer");
        if (responseNames.add(lower) && !lower.equals("set-cookie")) {
            response.setHeader(field, text);
        } else {
            response.addHeader(field, text);
        }
    }

    @Override
    public void responseLength(long length) {
        response.setContentLengthLong(length);
    }

    @Override
    public void commitResponse() throws IOException {
        completeHead();
        response.flushBuffer();
    }

    private void completeHead() {
        prepareTrailers();
        if (affinity != null) {
            affinity.completeHead();
        }
    }

    /** Before the head, as the API wants it, and so only where the backend has said that there will be some. */
    private void prepareTrailers() {
        if (trailersAnnounced
                && !response.isCommitted()
                && request.getProtocol().compareTo("HTTP/1.1") >= 0) {
            trailersAnnounced = false;
            response.setTrailerFields(() -> responseTrailers);
        }
    }

    @Override
    public void writeResponseBody(ByteBuffer part) throws IOException {
        completeHead();
        if (part.hasArray()) {
            response.getOutputStream().write(part.array(), part.arrayOffset() + part.position(), part.remaining());
            part.position(part.limit());
        } else {
            byte[] bytes = new byte[part.remaining()];
            part.get(bytes);
            response.getOutputStream().write(bytes);
        }
    }

    @Override
    public void responseTrailers(Map<String, String> fields) {
        responseTrailers = fields;
    }

    @Override
    public void flushResponse() throws IOException {
        response.flushBuffer();
    }

    @Override
    public void startTunnel(String protocol, Tunnel tunnel) {
        throw new AssertionError(protocol); // none was asked for
    }

    @Override
    public boolean isResponseStarted() {
        return response.isCommitted();
    }

    /** The corridor throws, which is all that the API has for it. */
    @Override
    public void breakResponse() {}
}
