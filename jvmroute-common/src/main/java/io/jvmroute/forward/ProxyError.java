package io.jvmroute.forward;

import io.jvmroute.http1.HttpSyntaxException;
import java.io.EOFException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Why this node answered itself instead of a backend, in the words of RFC 9209 §2.3. */
public enum ProxyError {
    /** No node can take the request. */
    DESTINATION_UNAVAILABLE,
    /** The name of the node has no address. */
    DNS_ERROR,
    /** There is no way to the node. */
    DESTINATION_IP_UNROUTABLE,
    /** Nobody listens at the node's address. */
    CONNECTION_REFUSED,
    /** The node did not take a connection in time. */
    CONNECTION_TIMEOUT,
    /** The connection ended before a response came. */
    CONNECTION_TERMINATED,
    /** The node sent nothing for too long. */
    CONNECTION_READ_TIMEOUT,
    /** The node took nothing for too long. */
    CONNECTION_WRITE_TIMEOUT,
    /** The node and this one could not agree on TLS. */
    TLS_PROTOCOL_ERROR,
    /** The certificate of the node is not trusted, or for another host. */
    TLS_CERTIFICATE_ERROR,
    /** The node broke the TLS handshake off. */
    TLS_ALERT_RECEIVED,
    /** The limit of forwards is reached. */
    CONNECTION_LIMIT_REACHED,
    /** The response is not HTTP. */
    HTTP_PROTOCOL_ERROR,
    /** The response ended too early. */
    HTTP_RESPONSE_INCOMPLETE,
    /** The head of the response is too large. */
    HTTP_RESPONSE_HEADER_SECTION_SIZE,
    /** The request is at fault. */
    HTTP_REQUEST_ERROR,
    /** This node itself failed. */
    PROXY_INTERNAL_ERROR;

    /** The type as it stands in {@code Proxy-Status}. */
    public String type() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The value of the field {@code Proxy-Status} (RFC 9209 §2) of an answer with this cause. */
    public String proxyStatus() {
        return "jvmroute; error=" + type();
    }

    /** What the body of an error of ours says, which has this cause and {@code status}. */
    public String reason(int status) {
        return switch (status) {
            case 504 -> "the node of this session did not answer in time";
            case 503 ->
                this == CONNECTION_LIMIT_REACHED
                        ? "too many requests are being forwarded"
                        : "this node can't forward requests now";
            case 501 -> "the method is not supported";
            case 408 -> "the body of the request did not come";
            case 400, 431 -> "the request is malformed";
            default -> "the node of this session failed";
        };
    }

    /** Why no connection came up. */
    public static ProxyError ofConnecting(IOException cause) {
        if (cause instanceof LocalFailureException || isWantOfPorts(cause)) {
            return PROXY_INTERNAL_ERROR;
        }
        if (cause instanceof TlsHandshakeException tls) {
            return tls.error();
        }
        if (cause instanceof SocketTimeoutException) {
            return CONNECTION_TIMEOUT;
        }
        if (cause instanceof NoRouteToHostException || cause instanceof BindException) {
            return DESTINATION_IP_UNROUTABLE;
        }
        if (cause instanceof UnknownHostException || cause.getCause() instanceof UnresolvedAddressException) {
            return DNS_ERROR;
        }
        return cause instanceof ConnectException ? CONNECTION_REFUSED : CONNECTION_TERMINATED;
    }

    /**
     * Whether all ports of this machine towards the node are in use (EADDRNOTAVAIL). The JDK tells it like EACCES, which a firewall or a route on the way
     * causes; where the system's messages are not English both count as that.
     */
    public static boolean isWantOfPorts(IOException cause) {
        return cause instanceof BindException
                && String.valueOf(cause.getMessage()).contains("assign requested address");
    }

    /**
     * Why no whole response came.
     *
     * @param silent whether nothing of a response came
     */
    public static ProxyError ofResponse(@Nullable IOException cause, boolean silent) {
        if (cause instanceof HttpSyntaxException syntax) {
            return syntax.isTooLarge() ? HTTP_RESPONSE_HEADER_SECTION_SIZE : HTTP_PROTOCOL_ERROR;
        }
        if (silent) {
            return CONNECTION_TERMINATED;
        }
        return cause instanceof EOFException ? HTTP_RESPONSE_INCOMPLETE : HTTP_PROTOCOL_ERROR;
    }
}
