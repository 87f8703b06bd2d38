package io.jvmroute.tomcat.corridor;

import io.jvmroute.RequestAffinity;
import io.jvmroute.forward.BlockingExchange;
import io.jvmroute.forward.HopTicket;
import io.jvmroute.forward.Tunnel;
import io.jvmroute.http.ClientEnd;
import io.jvmroute.http.ClientTls;
import io.jvmroute.http.FieldSink;
import io.jvmroute.http.RequestHead;
import io.jvmroute.http1.UpgradeRequest;
import jakarta.servlet.RequestDispatcher;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.coyote.ActionCode;
import org.apache.coyote.CloseNowException;
import org.apache.coyote.ContinueResponseTiming;
import org.apache.coyote.InputBuffer;
import org.apache.coyote.UpgradeToken;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.buf.ByteChunk;
import org.apache.tomcat.util.buf.MessageBytes;
import org.apache.tomcat.util.http.MimeHeaders;
import org.apache.tomcat.util.http.ServerCookie;
import org.apache.tomcat.util.http.ServerCookies;
import org.apache.tomcat.util.net.ApplicationBufferHandler;
import org.jspecify.annotations.Nullable;

/**
 * One exchange on Tomcat, at Coyote's level: bytes go through as they were parsed, without Strings.
 *
 * <p>Used by one thread, not after the request completes.
 */
final class TomcatExchange implements BlockingExchange, RequestHead, ApplicationBufferHandler {
    private static final String PROXY = "jvmroute.proxy";

    private final Request request;
    private final Response response;
    private final org.apache.coyote.Request coyoteRequest;
    private final org.apache.coyote.Response coyoteResponse;
    private @Nullable String tls;
    private @Nullable ByteBuffer body;
    private boolean continued;
    private @Nullable RequestAffinity affinity;

    TomcatExchange(Request request, Response response) {
        this.request = request;
        this.response = response;
        this.coyoteRequest = request.getCoyoteRequest();
        this.coyoteResponse = response.getCoyoteResponse();
    }

    Request request() {
        return request;
    }

    Response response() {
        return response;
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
        ServerCookies cookies = request.getServerCookies();
        int left = fromLast;
        for (int i = cookies.getCookieCount() - 1; i >= 0; i--) {
            ServerCookie cookie = cookies.getCookie(i);
            if (cookie.getName().equals(name) && left-- == 0) {
                return cookie.getValue().toString();
            }
        }
        return null;
    }

    @Override
    public @Nullable String header(String name) {
        return coyoteRequest.getMimeHeaders().getHeader(name);
    }

    /** Whether the request has the header {@code name} more than once. */
    boolean repeats(String name) {
        MimeHeaders headers = coyoteRequest.getMimeHeaders();
        int first = headers.findHeader(name, 0);
        return first >= 0 && headers.findHeader(name, first + 1) >= 0;
    }

    @Override
    public void requestFields(FieldSink sink) {
        MimeHeaders headers = coyoteRequest.getMimeHeaders();
        for (int i = 0; i < headers.size(); i++) {
            MessageBytes name = headers.getName(i);
            MessageBytes value = headers.getValue(i);
            if (name.getType() == MessageBytes.T_BYTES && value.getType() == MessageBytes.T_BYTES) {
                ByteChunk n = name.getByteChunk();
                ByteChunk v = value.getByteChunk();
                sink.field(n.getBytes(), n.getStart(), n.getLength(), v.getBytes(), v.getStart(), v.getLength());
            } else {
                sink.field(name.toString(), value.toString());
            }
        }
    }

    // ---- client ----

    @Override
    public ClientEnd client() {
        String host = request.getServerName();
        return new ClientEnd(
                request.getRemoteAddr(),
                request.getRemotePort(),
                request.getScheme(),
                host == null ? "" : host, // HTTP/1.0 need not name one
                request.getServerPort());
    }

    @Override
    public @Nullable String clientTls() {
        if (tls == null && request.isSecure()) {
            ClientTls known = TlsAttributes.read(request);
            tls = known == null ? null : known.encode();
        }
        return tls;
    }

    void noteProxy(String address) {
        coyoteRequest.setAttribute(PROXY, address);
    }

    @Override
    public @Nullable String trustedProxy() {
        return (String) coyoteRequest.getAttribute(PROXY);
    }

    /** Makes the request look as it did where the client sent it. */
    void restoreClient(ClientEnd client) {
        request.setRemoteAddr(client.address());
        request.setRemoteHost(client.address());
        coyoteRequest.setRemotePort(client.port());
        request.setSecure("https".equals(client.scheme()));
        coyoteRequest.scheme().setString(client.scheme());
        if (client.host().isEmpty()) {
            coyoteRequest.serverName().recycle();
        } else {
            coyoteRequest.serverName().setString(client.host());
        }
        coyoteRequest.setServerPort(client.serverPort());
        coyoteRequest.getMimeHeaders().removeHeader(HopTicket.HEADER);
    }

    /** The same for TLS, of which a verified ticket has the digest. */
    void restoreTls() {
        String value = header(ClientTls.HEADER);
        if (value != null) {
            coyoteRequest.getMimeHeaders().removeHeader(ClientTls.HEADER);
            TlsAttributes.restore(coyoteRequest, value);
        }
    }

    // ---- request body ----

    @Override
    public long requestLength() {
        long length = coyoteRequest.getContentLengthLong();
        if (length > 0 && coyoteRequest.getMimeHeaders().getValue("trailer") != null && isHttp2()) {
            return -1; // there both may be sent; behind a length there is no room for trailers in HTTP/1.1
        }
        if (length >= 0 || isChunked()) {
            return length;
        }
        if (!isHttp2()) {
            return 0;
        }
        AtomicBoolean finished = new AtomicBoolean();
        coyoteRequest.action(ActionCode.REQUEST_BODY_FULLY_READ, finished);
        return finished.get() ? 0 : -1;
    }

    private boolean isHttp2() {
        return coyoteRequest.protocol().equals("HTTP/2.0");
    }

    private boolean isChunked() {
        return coyoteRequest.getMimeHeaders().getValue("transfer-encoding") != null;
    }

    @Override
    public boolean expectsContinue() {
        return coyoteRequest.hasExpectation();
    }

    @Override
    public void sendContinue() throws IOException {
        continued = true;
        response.sendAcknowledgement(ContinueResponseTiming.ALWAYS);
    }

    /** Tomcat can send no other interim response but these (a 102 ends here), and leaves them in its buffer on HTTP/1.1. */
    @Override
    public void sendEarlyHints(List<Map.Entry<String, String>> fields) {
        boolean http2 = isHttp2();
        if (!http2 && !coyoteRequest.protocol().equals("HTTP/1.1")) {
            return; // RFC 9110 §15.2
        }
        MimeHeaders headers = coyoteResponse.getMimeHeaders();
        int before = headers.size();
        fields.forEach(field -> headers.addValue(field.getKey()).setString(field.getValue()));
        coyoteResponse.action(ActionCode.EARLY_HINTS, null);
        while (headers.size() > before) {
            headers.removeHeader(headers.size() - 1);
        }
        if (!http2) {
            coyoteResponse.setCommitted(true); // or a flush would send the head of the response
            coyoteResponse.action(ActionCode.CLIENT_FLUSH, null);
            coyoteResponse.setCommitted(false);
        }
    }

    @Override
    public @Nullable ByteBuffer readRequestBody() throws IOException {
        return coyoteRequest.doRead(this) < 0 ? null : body;
    }

    /** Tomcat's own way for HTTP/1.1, which loses the body on HTTP/2. */
    @Override
    public void replayRequestBody(byte[] bytes) {
        if (!isHttp2()) {
            ByteChunk chunk = new ByteChunk();
            chunk.setBytes(bytes, 0, bytes.length);
            coyoteRequest.action(ActionCode.REQ_SET_BODY_REPLAY, chunk);
            return;
        }
        ByteBuffer left = ByteBuffer.wrap(bytes);
        coyoteRequest.setInputBuffer(
                new InputBuffer() { // each stream sets its own before the next request
                    @Override
                    public int doRead(ApplicationBufferHandler handler) {
                        int size = left.remaining();
                        handler.setByteBuffer(left.slice());
                        left.position(left.limit());
                        return size == 0 ? -1 : size;
                    }

                    @Override
                    public int available() {
                        return left.remaining();
                    }
                });
    }

    @Override
    public Map<String, String> requestTrailers() {
        MimeHeaders trailers = coyoteRequest.getMimeTrailerFields();
        if (trailers.size() == 0) {
            return Map.of();
        }
        Map<String, String> fields = new LinkedHashMap<>();
        for (int i = 0; i < trailers.size(); i++) {
            fields.merge(
                    trailers.getName(i).toString(),
                    trailers.getValue(i).toString(),
                    (first, next) -> first + ", " + next); // RFC 9110 §5.3
        }
        return fields;
    }

    @Override
    public void setByteBuffer(ByteBuffer buffer) {
        body = buffer;
    }

    @Override
    public @Nullable ByteBuffer getByteBuffer() {
        return body;
    }

    @Override
    public void expand(int size) {}

    // ---- upgrade ----

    @Override
    public @Nullable UpgradeRequest upgradeRequest() {
        MimeHeaders headers = coyoteRequest.getMimeHeaders();
        boolean asked = headers.getValue("upgrade") != null
                && coyoteRequest.protocol().equals("HTTP/1.1")
                && method().equals("GET")
                && requestLength() == 0;
        return asked ? UpgradeRequest.find(all(headers, "upgrade"), all(headers, "connection")) : null;
    }

    private static String all(MimeHeaders headers, String name) {
        return String.join(",", Collections.list(headers.values(name)));
    }

    @Override
    public void startTunnel(String protocol, Tunnel tunnel) {
        coyoteRequest.action(ActionCode.UPGRADE, new UpgradeToken(new TomcatTunnel(tunnel), null, null, protocol));
    }

    // ---- response ----

    @Override
    public void responseStatus(int status) {
        coyoteResponse.setStatus(status);
    }

    /** Tomcat keeps these arrays when it recycles its headers, and may write the digits of a later response into them. */
    @Override
    public void responseField(
            byte[] name, int nameOffset, int nameLength, byte[] value, int valueOffset, int valueLength) {
        coyoteResponse
                .getMimeHeaders()
                .addValue(name, nameOffset, nameLength)
                .setBytes(value, valueOffset, valueLength);
    }

    @Override
    public void responseLength(long length) {
        coyoteResponse.setContentLength(length);
    }

    /** Lets the response tell what {@code its} has to tell. */
    void tell(RequestAffinity its) {
        affinity = its.concernsResponse() ? its : null;
    }

    @Override
    public void answeredBy(String route) {
        if (affinity != null) {
            affinity.answeredBy(route);
        }
    }

    @Override
    public void commitResponse() {
        if (affinity != null) {
            ResponseFields.complete(
                    coyoteResponse, affinity, request.getScheme().equals("https"));
        }
        if (coyoteRequest.hasExpectation() && !continued && requestLength() != 0) {
            commitWithoutBody();
        } else {
            coyoteResponse.action(ActionCode.COMMIT, null);
        }
    }

    /** The client keeps its body: Tomcat must not wait for that, which it otherwise does behind a success. */
    private void commitWithoutBody() {
        if (isHttp2()) {
            coyoteResponse.action(ActionCode.COMMIT, null);
            return;
        }
        int status = coyoteResponse.getStatus();
        coyoteResponse.getMimeHeaders().setValue("Connection").setString("close");
        coyoteResponse.action(ActionCode.COMMIT, null);
        coyoteResponse.action(ActionCode.DISABLE_SWALLOW_INPUT, null);
        coyoteResponse.setStatus(status); // in the access log too
    }

    @Override
    public void writeResponseBody(ByteBuffer part) throws IOException {
        coyoteResponse.doWrite(part);
    }

    /** Only now, where there are some: Tomcat would frame the response for them from the start. */
    @Override
    public void responseTrailers(Map<String, String> fields) {
        setTrailers(() -> fields);
    }

    private void setTrailers(Supplier<Map<String, String>> trailers) {
        AtomicBoolean supported = new AtomicBoolean();
        coyoteResponse.action(ActionCode.IS_TRAILER_FIELDS_SUPPORTED, supported);
        if (supported.get()) {
            coyoteResponse.setTrailerFields(trailers);
        }
    }

    /** Tomcat keeps what goes wrong to itself, and forgets later writes. */
    @Override
    public void flushResponse() throws IOException {
        coyoteResponse.action(ActionCode.CLIENT_FLUSH, null);
        Exception failure = coyoteResponse.getErrorException();
        if (failure != null) {
            throw new IOException(failure);
        }
    }

    /**
     * On HTTP/2, whether the stream was reset. On HTTP/1.1, whether a read that does not block meets the end: what it reads stays in Tomcat's
     * buffer as the next request. Tomcat calls a failed read 1 byte available, again and again, which then is not in the buffer; a read that
     * found bytes is not repeated. Other connectors than NIO can't be looked at in this way.
     */
    @Override
    public boolean isClientGone() {
        if (isHttp2()) {
            return coyoteRequest.getAttribute(RequestDispatcher.ERROR_EXCEPTION) != null;
        }
        return request.getConnector().getProtocolHandler() instanceof Http11NioProtocol
                && available(true) > 0
                && available(true) > 0
                && available(false) == 0;
    }

    private int available(boolean read) {
        coyoteRequest.action(ActionCode.AVAILABLE, read);
        return coyoteRequest.getAvailable();
    }

    @Override
    public boolean isResponseStarted() {
        return coyoteResponse.isCommitted();
    }

    @Override
    public void breakResponse() {
        if (isHttp2()) {
            setTrailers(TomcatExchange::failToEnd);
        } else if (endsWithConnection()) {
            ClientSocket.resetAtEnd(coyoteRequest);
        }
        coyoteResponse.action(ActionCode.CLOSE_NOW, new IOException("the response was broken off"));
    }

    /** Tomcat ends an HTTP/2 stream as if it were whole, even after CLOSE_NOW; it asks for trailers first, and resets the stream if that fails. */
    private static Map<String, String> failToEnd() {
        TomcatExchange.<RuntimeException>raise(new CloseNowException("the response was broken off"));
        return Map.of();
    }

    /** Throws it where the signature has no room for it: Tomcat's caller takes any IOException. */
    @SuppressWarnings("unchecked")
    private static <E extends Exception> void raise(IOException e) throws E {
        throw (E) e;
    }

    private boolean endsWithConnection() {
        AtomicBoolean chunked = new AtomicBoolean(); // once committed, trailers are possible behind chunks only
        coyoteResponse.action(ActionCode.IS_TRAILER_FIELDS_SUPPORTED, chunked);
        return coyoteResponse.isCommitted()
                && !isHttp2()
                && !chunked.get()
                && coyoteResponse.getContentLengthLong() < 0;
    }
}
