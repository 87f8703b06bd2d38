package io.jvmroute.jetty;

import io.jvmroute.RequestAffinity;
import java.nio.ByteBuffer;
import java.util.List;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Where heads of responses pass, of this node's applications as of others': learns from them, and adds the route cookie where it is missing or due. */
final class AffinityStream extends HttpStream.Wrapper {
    private static final int FIRST_FINAL = 200;
    private static final int SWITCHING_PROTOCOLS = 101;

    private final RequestAffinity affinity;
    private final boolean https;

    AffinityStream(HttpStream stream, RequestAffinity affinity, boolean https) {
        super(stream);
        this.affinity = affinity;
        this.https = https;
    }

    @Override
    public void send(
            MetaData.Request request,
            MetaData.@Nullable Response response,
            boolean last,
            @Nullable ByteBuffer content,
            Callback callback) {
        super.send(request, response == null ? null : completed(response), last, content, callback);
    }

    private MetaData.Response completed(MetaData.Response response) {
        int status = response.getStatus();
        if (status < FIRST_FINAL && status != SWITCHING_PROTOCOLS) {
            return response;
        }
        HttpFields fields = response.getHttpFields();
        List<String> setCookies = fields.getValuesList(HttpHeader.SET_COOKIE);
        affinity.learn(setCookies);
        String cookie = affinity.setCookie(status, https, setCookies);
        if (cookie == null) {
            return response;
        }
        HttpFields.Mutable more = HttpFields.build(fields).add(HttpHeader.SET_COOKIE, cookie);
        if (RequestAffinity.needsPrivate(fields.getValuesList(HttpHeader.CACHE_CONTROL))) {
            more.add(HttpHeader.CACHE_CONTROL, "private");
        }
        return new MetaData.Response(
                status,
                response.getReason(),
                response.getHttpVersion(),
                more,
                response.getContentLength(),
                response.getTrailersSupplier());
    }
}
