package io.jvmroute.servlet;

import io.jvmroute.forward.HopTicket;
import io.jvmroute.http.ClientEnd;
import io.jvmroute.http.ClientTls;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A request as it was where the client sent it: what an authenticated hop or a trusted proxy says in place of the connection. */
final class ClientRequest extends HttpServletRequestWrapper {
    private final HttpServletResponse response;
    private final ClientEnd client;
    private final Map<String, Object> tls;

    /**
     * The request of {@code client}.
     *
     * @param tls what is known of its TLS, in the form of {@link ClientTls#HEADER}; null if nothing
     */
    ClientRequest(HttpServletRequest request, HttpServletResponse response, ClientEnd client, @Nullable String tls) {
        super(request);
        this.response = response;
        this.client = client;
        this.tls = tls == null ? Map.of() : ServletTls.attributes(tls);
    }

    /** What is dispatched later is this request, not the hop's. */
    @Override
    public AsyncContext startAsync() {
        return startAsync(this, new ClientResponse(response, this));
    }

    @Override
    public String getRemoteAddr() {
        return client.address();
    }

    @Override
    public String getRemoteHost() {
        return client.address();
    }

    @Override
    public int getRemotePort() {
        return client.port();
    }

    @Override
    public String getScheme() {
        return client.scheme();
    }

    @Override
    public boolean isSecure() {
        return client.scheme().equals("https");
    }

    @Override
    public String getServerName() {
        return client.host().isEmpty() ? super.getServerName() : client.host();
    }

    @Override
    public int getServerPort() {
        return client.serverPort();
    }

    @Override
    public StringBuffer getRequestURL() {
        StringBuffer url = new StringBuffer(getScheme()).append("://").append(getServerName());
        if (getServerPort() != (isSecure() ? 443 : 80)) {
            url.append(':').append(getServerPort());
        }
        return url.append(getRequestURI());
    }

    @Override
    public @Nullable Object getAttribute(String name) {
        Object restored = tls.get(name);
        return restored != null ? restored : super.getAttribute(name);
    }

    @Override
    public Enumeration<String> getAttributeNames() {
        TreeSet<String> names = new TreeSet<>(tls.keySet());
        names.addAll(Collections.list(super.getAttributeNames()));
        return Collections.enumeration(names);
    }

    // ---- no header of ours ----

    private static boolean isOurs(String name) {
        return name.equalsIgnoreCase(HopTicket.HEADER) || name.equalsIgnoreCase(ClientTls.HEADER);
    }

    @Override
    public @Nullable String getHeader(String name) {
        return isOurs(name) ? null : super.getHeader(name);
    }

    @Override
    public Enumeration<String> getHeaders(String name) {
        return isOurs(name) ? Collections.emptyEnumeration() : super.getHeaders(name);
    }

    @Override
    public Enumeration<String> getHeaderNames() {
        List<String> names = new ArrayList<>(Collections.list(super.getHeaderNames()));
        names.removeIf(ClientRequest::isOurs);
        return Collections.enumeration(names);
    }
}
