package io.jvmroute.it.campaign;

import jakarta.servlet.http.HttpSession;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;

/** Answers each message, a nonce, with the same line as the servlet; the session is that of the handshake. */
@ServerEndpoint(value = "/socket", configurator = CampaignSocket.Handshake.class)
public final class CampaignSocket {
    /** Keeps what the handshake's session holds: it may be gone later. */
    public static final class Handshake extends ServerEndpointConfig.Configurator {
        @Override
        public void modifyHandshake(
                ServerEndpointConfig endpoint, HandshakeRequest request, HandshakeResponse response) {
            HttpSession session = (HttpSession) request.getHttpSession();
            endpoint.getUserProperties().put(CampaignServlet.USER, Whereabouts.user(session));
            endpoint.getUserProperties().put(CampaignServlet.COUNTER, Whereabouts.counter(session));
        }
    }

    /** The same line as the servlet's. */
    @OnMessage
    public String answer(String nonce, Session socket) {
        long counter = (Long) socket.getUserProperties().get(CampaignServlet.COUNTER);
        String user = (String) socket.getUserProperties().get(CampaignServlet.USER);
        return Whereabouts.line(nonce, user, counter, counter, Whereabouts.now());
    }
}
