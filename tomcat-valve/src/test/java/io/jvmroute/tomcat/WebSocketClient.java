package io.jvmroute.tomcat;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The JDK's WebSocket, whose messages wait to be taken. */
final class WebSocketClient implements WebSocket.Listener {
    final WebSocket socket;
    final CompletableFuture<String> end = new CompletableFuture<>();
    private final BlockingQueue<Object> messages = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    WebSocketClient(HttpClient client, URI http, String sessionId) {
        URI uri = URI.create(http.toString().replaceFirst("http", "ws"));
        WebSocket.Builder builder = client.newWebSocketBuilder().connectTimeout(Duration.ofMinutes(1));
        builder.header("Cookie", "JSESSIONID=" + sessionId);
        socket = builder.buildAsync(uri, this).join();
    }

    @Nullable
    Object next() throws InterruptedException {
        return messages.poll(1, TimeUnit.MINUTES);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        text.append(data);
        if (last) {
            messages.add(text.toString());
            text.setLength(0);
        }
        webSocket.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
        byte[] part = new byte[data.remaining()];
        data.get(part);
        bytes.writeBytes(part);
        if (last) {
            messages.add(bytes.toByteArray());
            bytes.reset();
        }
        webSocket.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
        end.complete("closed " + statusCode);
        return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        end.complete("broken");
    }
}
