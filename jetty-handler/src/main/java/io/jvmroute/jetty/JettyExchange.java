package io.jvmroute.jetty;

import io.jvmroute.RequestAffinity;
import io.jvmroute.http.ClientEnd;
import io.jvmroute.http.ClientTls;
import io.jvmroute.http.Exchange;
import io.jvmroute.http.FieldSink;
import io.jvmroute.http.RequestHead;
import io.jvmroute.http1.UpgradeRequest;
import java.util.List;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** One exchange on Jetty, as the corridor sees it; one of a frontend is a {@link FrontendExchange}. Used by one thread at a time, until the exchange completes. */
class JettyExchange implements Exchange, RequestHead {
    private final Request request;
    private final Response response;
    private final Callback callback;
    private final @Nullable String proxy;
    private @Nullable String sessionId;
    private @Nullable String tls;
    private RetainableByteBuffer.@Nullable Mutable body;
    private boolean bodyWhole;
    private boolean cutShort;
    private @Nullable RequestAffinity affinity;

    /**
     * The exchange of a request.
     *
     * @param proxy the trusted proxy that sent it, else null
     */
    JettyExchange(Request request, Response response, Callback callback, @Nullable String proxy) {
        this.request = request;
        this.response = response;
        this.callback = callback;
        this.proxy = proxy;
    }

    Request request() {
        return request;
    }

    /** The request ends while more of its body is asked for: Jetty ends the connection then, if it has no streams. */
    void cutShort() {
        cutShort = true;
    }

    boolean isCutShort() {
        return cutShort;
    }

    Response response() {
        return response;
    }

    /** To be completed, once, by whoever answers the request. */
    Callback callback() {
        return callback;
    }

    /** Remembers the session that is asked for, for the way back. */
    void askFor(@Nullable String id) {
        sessionId = id;
    }

    @Nullable
    String askedFor() {
        return sessionId;
    }

    /** Lets the response tell what {@code its} has to tell. */
    void tell(RequestAffinity its) {
        if (its.concernsResponse()) {
            affinity = its;
            boolean https = request.isSecure();
            request.addHttpStreamWrapper(stream -> new AffinityStream(stream, its, https));
        }
    }

    @Override
    public void answeredBy(String route) {
        if (affinity != null) {
            affinity.answeredBy(route);
        }
    }

    /** What follows is an error of our own. */
    void answeredByNobody() {
        if (affinity != null) {
            affinity.answeredBy(null);
        }
    }

    // ---- head ----

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
        return request.getHttpURI().getPathQuery();
    }

    @Override
    public String path() {
        return String.valueOf(request.getHttpURI().getPath());
    }

    /** Jetty looks for one behind us, in the context; so the router looks as Jetty does. */
    @Override
    public @Nullable String requestedSessionId() {
        return null;
    }

    @Override
    public @Nullable String cookie(String name) {
        return cookie(name, /* fromLast= */ 0);
    }

    @Override
    public @Nullable String cookie(String name, int fromLast) {
        List<HttpCookie> cookies = Request.getCookies(request);
        int left = fromLast;
        for (int i = cookies.size() - 1; i >= 0; i--) {
            if (cookies.get(i).getName().equals(name) && left-- == 0) {
                return cookies.get(i).getValue();
            }
        }
        return null;
    }

    @Override
    public @Nullable String header(String name) {
        return request.getHeaders().get(name);
    }

    /** Whether the request has the header {@code name} more than once. */
    boolean repeats(String name) {
        int found = 0;
        for (HttpField field : request.getHeaders()) {
            found += field.is(name) ? 1 : 0;
        }
        return found > 1;
    }

    @Override
    public void requestFields(FieldSink sink) {
        HttpFields fields = request.getHeaders();
        boolean crumbs = isHttp2() && fields.getField(HttpHeader.COOKIE) != null;
        for (HttpField field : fields) {
            if (!crumbs || field.getHeader() != HttpHeader.COOKIE) {
                String value = field.getValue();
                sink.field(field.getName(), value == null ? "" : value);
            }
        }
        if (crumbs) { // RFC 9113 §8.2.3: one field again for HTTP/1.1
            sink.field("Cookie", String.join("; ", fields.getValuesList(HttpHeader.COOKIE)));
        }
    }

    // ---- client ----

    @Override
    public @Nullable String trustedProxy() {
        return proxy;
    }

    @Override
    public ClientEnd client() {
        return ClientRequest.clientEnd(request);
    }

    @Override
    public @Nullable String clientTls() {
        if (tls == null && request.isSecure()) {
            ClientTls known = TlsData.read(request);
            tls = known == null ? null : known.encode();
        }
        return tls;
    }

    /** The selector of the client, where connections to backends live too; null if they have their own. */
    @Nullable
    ClientSelector home() {
        return ClientSelector.of(request.getConnectionMetaData());
    }

    /** What the connection will be left to once the request has completed, or null. */
    @Nullable
    Object nextConnection() {
        return Request.unWrap(request).getAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE);
    }

    /** Leaves the connection to {@code next} once the request has completed, whatever has been put around Jetty's request. */
    void leaveConnectionTo(Connection next) {
        Request.unWrap(request).setAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE, next);
    }

    // ---- form of the request ----

    private HttpVersion version() {
        return request.getConnectionMetaData().getHttpVersion();
    }

    boolean isHttp2() {
        return version().getVersion() >= HttpVersion.HTTP_2.getVersion();
    }

    boolean isHttp10() {
        return version().getVersion() < HttpVersion.HTTP_1_1.getVersion();
    }

    /** The length of the request body as it is framed: 0 for none, -1 if it is not known beforehand. */
    long requestLength() {
        long length = request.getLength();
        boolean trailers = request.getHeaders().contains(HttpHeader.TRAILER);
        if (length > 0 && isHttp2() && trailers) {
            return -1; // there both may be sent; behind a length there is no room for trailers in HTTP/1.1
        }
        if (length >= 0 || isHttp2()) {
            return length; // the body of HTTP/2 may still turn out to be empty: see Hop
        }
        return request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING) ? -1 : 0;
    }

    /** Whether the client waits for a 100 before it sends the body. */
    boolean expectsContinue() {
        return request.getHeaders().contains(HttpHeader.EXPECT, HttpHeaderValue.CONTINUE.asString());
    }

    /** What the client asks to switch to; null if nothing, or nothing that a tunnel can be opened for. */
    @Nullable
    UpgradeRequest upgradeRequest() {
        HttpFields fields = request.getHeaders();
        boolean asked = fields.contains(HttpHeader.UPGRADE)
                && version() == HttpVersion.HTTP_1_1
                && method().equals("GET")
                && requestLength() == 0;
        return asked
                ? UpgradeRequest.find(
                        String.join(",", fields.getValuesList(HttpHeader.UPGRADE)),
                        String.join(",", fields.getValuesList(HttpHeader.CONNECTION)))
                : null;
    }

    // ---- a small body, which may have to be sent again ----

    /** What was collected so far of a body of this length. */
    RetainableByteBuffer.Mutable collected(ByteBufferPool buffers, int length) {
        RetainableByteBuffer.Mutable collected = body;
        if (collected == null) {
            collected = buffers.acquire(length, /* direct= */ true);
            body = collected;
        }
        return collected;
    }

    /** The body is whole. */
    void hold(RetainableByteBuffer.Mutable whole) {
        body = whole;
        bodyWhole = true;
    }

    /** The whole body; null if it is not, or not held. */
    @Nullable
    RetainableByteBuffer held() {
        return bodyWhole ? body : null;
    }

    /** Gives the body back. */
    void release() {
        if (body != null) {
            body.release();
            body = null;
            bodyWhole = false;
        }
    }
}
