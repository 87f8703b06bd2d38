package io.jvmroute.jetty;

import io.jvmroute.forward.HopTicket;
import io.jvmroute.http.ClientEnd;
import io.jvmroute.http.ClientTls;
import io.jvmroute.http.Hosts;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.io.EndPoint.SslSessionData;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.HostPort;
import org.jspecify.annotations.Nullable;

/** A request as it was where the client sent it: what an authenticated hop or a trusted proxy says in place of the connection. */
final class ClientRequest extends Request.Wrapper {
    private final ClientEnd client;
    private final HttpURI uri;
    private final HttpFields fields;
    private final ConnectionMetaData connection;
    private final @Nullable SslSessionData tls;

    /**
     * The request of {@code client}.
     *
     * @param tls what is known of its TLS, in the form of {@link ClientTls#HEADER}; null if nothing
     */
    ClientRequest(Request request, ClientEnd client, @Nullable String tls) {
        super(request);
        this.client = client;
        this.tls = tls == null ? null : TlsData.restored(tls);
        HttpURI.Mutable restored = HttpURI.build(request.getHttpURI()).scheme(client.scheme());
        if (!client.host().isEmpty()) {
            restored.authority(Hosts.bracketed(client.host()), portOf(client));
        }
        uri = restored.asImmutable();
        fields = HttpFields.build(request.getHeaders())
                .remove(HopTicket.HEADER)
                .remove(ClientTls.HEADER)
                .asImmutable();
        connection = new ClientConnection(request.getConnectionMetaData());
    }

    /** None where it goes without saying. */
    private static int portOf(ClientEnd client) {
        int usual = client.scheme().equals("https") ? 443 : 80;
        return client.serverPort() == usual ? -1 : client.serverPort();
    }

    /** The address of the other end, without the brackets that Jetty puts around IPv6. */
    static String remoteAddress(Request request) {
        ConnectionMetaData connection = request.getConnectionMetaData();
        SocketAddress remote = connection.getRemoteSocketAddress();
        if (!(remote instanceof InetSocketAddress inet)) {
            return ""; // a socket of the file system
        }
        if (inet.isUnresolved()) {
            return inet.getHostString();
        }
        return Remote.of(connection, inet).text;
    }

    /** Where the request came from and what it was sent to. */
    static ClientEnd clientEnd(Request request) {
        ConnectionMetaData connection = request.getConnectionMetaData();
        SocketAddress remote = connection.getRemoteSocketAddress();
        String scheme = request.isSecure() ? "https" : "http";
        String named = Request.getServerName(request);
        String host = named == null ? "" : named;
        int port = Request.getServerPort(request);
        if (remote instanceof InetSocketAddress inet && !inet.isUnresolved()) {
            return Remote.of(connection, inet).end(scheme, host, port);
        }
        return new ClientEnd(remoteAddress(request), Math.max(0, Request.getRemotePort(request)), scheme, host, port);
    }

    /** A connection's other end, in texts that are made once for all its requests. */
    private static final class Remote {
        private static final String NAME = Remote.class.getName();

        private final InetSocketAddress address;
        private final String text;
        private @Nullable ClientEnd
                last; // streams of HTTP/2 race for it: any of them will do, as all its fields are final

        private Remote(InetSocketAddress address) {
            this.address = address;
            text = address.getAddress().getHostAddress();
        }

        static Remote of(ConnectionMetaData connection, InetSocketAddress address) {
            if (connection.getAttribute(NAME) instanceof Remote known && known.address.equals(address)) {
                return known;
            }
            Remote made = new Remote(address);
            connection.setAttribute(NAME, made);
            return made;
        }

        /** Clients seldom ask one connection for more than one host. */
        ClientEnd end(String scheme, String host, int port) {
            ClientEnd known = last;
            if (known == null
                    || known.serverPort() != port
                    || !known.host().equals(host)
                    || !known.scheme().equals(scheme)) {
                known = new ClientEnd(text, address.getPort(), scheme, host, port);
                last = known;
            }
            return known;
        }
    }

    @Override
    public HttpURI getHttpURI() {
        return uri;
    }

    @Override
    public boolean isSecure() {
        return "https".equals(client.scheme());
    }

    @Override
    public HttpFields getHeaders() {
        return fields;
    }

    @Override
    public ConnectionMetaData getConnectionMetaData() {
        return connection;
    }

    @Override
    public @Nullable Object getAttribute(String name) {
        return tls != null && SslSessionData.ATTRIBUTE.equals(name) ? tls : super.getAttribute(name);
    }

    private final class ClientConnection extends ConnectionMetaData.Wrapper {
        private final SocketAddress remote;

        ClientConnection(ConnectionMetaData wrapped) {
            super(wrapped);
            remote = remoteOf(client);
        }

        @Override
        public boolean isSecure() {
            return "https".equals(client.scheme());
        }

        @Override
        public SocketAddress getRemoteSocketAddress() {
            return remote;
        }

        @Override
        public HostPort getServerAuthority() {
            return client.host().isEmpty()
                    ? super.getServerAuthority()
                    : new HostPort(Hosts.bracketed(client.host()), client.serverPort());
        }
    }

    private static SocketAddress remoteOf(ClientEnd client) {
        if (isLiteral(client.address())) {
            try {
                return new InetSocketAddress(InetAddress.getByName(client.address()), client.port());
            } catch (UnknownHostException e) {
                return InetSocketAddress.createUnresolved(client.address(), client.port());
            }
        }
        return InetSocketAddress.createUnresolved(client.address(), client.port()); // names are never looked up
    }

    /** Whether it can't be a name. */
    static boolean isLiteral(String host) {
        return host.indexOf(':') >= 0
                || (!host.isEmpty() && host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9')));
    }
}
