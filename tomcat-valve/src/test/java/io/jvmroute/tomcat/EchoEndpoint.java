package io.jvmroute.tomcat;

import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A WebSocket that greets first, then sends back what it gets. */
@ServerEndpoint("/ws")
public final class EchoEndpoint {
    static final int MAX_MESSAGE = 1_000_000;

    /** Greets. */
    @OnOpen
    public void open(Session session) throws IOException {
        session.setMaxBinaryMessageBufferSize(MAX_MESSAGE);
        session.getBasicRemote().sendText("hello");
    }

    /** Answers a text. */
    @OnMessage
    public String text(String message) {
        return "echo " + message;
    }

    /** Answers bytes. */
    @OnMessage(maxMessageSize = MAX_MESSAGE)
    public ByteBuffer bytes(ByteBuffer message) {
        return message;
    }
}
