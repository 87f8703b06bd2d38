package io.jvmroute.forward;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The client's side of a forward: an exchange whose failures can't be taken for the backend's. */
final class ClientLeg {
    private static final int REQUEST_TIMEOUT = 408;

    private final BlockingExchange exchange;
    private boolean bodyTouched;

    ClientLeg(BlockingExchange exchange) {
        this.exchange = exchange;
    }

    void sendContinue() throws ClientGoneException {
        try {
            exchange.sendContinue();
        } catch (IOException e) {
            throw new ClientGoneException(e);
        }
    }

    @Nullable
    ByteBuffer read() throws ClientGoneException {
        bodyTouched = true;
        try {
            return exchange.readRequestBody();
        } catch (SocketTimeoutException e) {
            throw new ClientGoneException(REQUEST_TIMEOUT, "client: sent nothing of its body for too long", e);
        } catch (IOException e) {
            throw new ClientGoneException(e);
        }
    }

    boolean isBodyTouched() {
        return bodyTouched;
    }

    Map<String, String> trailers() {
        return exchange.requestTrailers();
    }

    void commit() throws ClientGoneException {
        try {
            exchange.commitResponse();
        } catch (IOException e) {
            throw new ClientGoneException(e);
        }
    }

    void write(ByteBuffer part) throws ClientGoneException {
        try {
            exchange.writeResponseBody(part);
        } catch (IOException e) {
            throw new ClientGoneException(e);
        }
    }

    void startTunnel(String protocol, Tunnel tunnel) throws ClientGoneException {
        try {
            exchange.startTunnel(protocol, tunnel);
        } catch (IOException e) {
            throw new ClientGoneException(e);
        }
    }

    void flush() throws ClientGoneException {
        try {
            exchange.flushResponse();
        } catch (IOException e) {
            throw new ClientGoneException(e);
        }
    }
}
