package io.jvmroute.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A WebSocket for one thread, that keeps what it is told: whole messages, in order, then its end. */
final class Conversation implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final WebSocket socket;
    private final BlockingQueue<Object> messages;

    /** The last of the messages: the status that the server closed with, or a cause. */
    private record End(String reason) {}

    private Conversation(WebSocket socket, BlockingQueue<Object> messages) {
        this.socket = socket;
        this.messages = messages;
    }

    /** Opens one with these header fields. */
    static Conversation open(URI address, Map<String, String> fields) {
        WebSocket.Builder builder = CLIENT.newWebSocketBuilder();
        fields.forEach(builder::header);
        Ear ear = new Ear();
        return new Conversation(await(builder.buildAsync(address, ear)), ear.heard);
    }

    void send(String text) {
        await(socket.sendText(text, /* last= */ true));
    }

    void send(byte[] bytes) {
        await(socket.sendBinary(ByteBuffer.wrap(bytes), /* last= */ true));
    }

    /** The next message, which is a text. */
    String nextText() throws InterruptedException {
        return (String) assertThat(next(LIMIT)).isInstanceOf(String.class).actual();
    }

    /** The next message, which is binary. */
    byte[] nextBytes() throws InterruptedException {
        return (byte[]) assertThat(next(LIMIT)).isInstanceOf(byte[].class).actual();
    }

    /** The next message that is such a text; what comes before it is skipped. */
    String nextText(Predicate<String> wanted) throws InterruptedException {
        long begun = System.nanoTime();
        while (true) {
            Object message = next(LIMIT.minusNanos(System.nanoTime() - begun));
            assertThat(message).isNotInstanceOf(End.class);
            if (message instanceof String text && wanted.test(text)) {
                return text;
            }
        }
    }

    /** Says good-bye; what the server answers to that. What it said before is skipped. */
    String leave() throws InterruptedException {
        await(socket.sendClose(WebSocket.NORMAL_CLOSURE, "bye"));
        Object message;
        do {
            message = next(LIMIT);
        } while (!(message instanceof End));
        return ((End) message).reason();
    }

    private Object next(Duration limit) throws InterruptedException {
        Object message = messages.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
        assertThat(message).as("message within %s", LIMIT).isNotNull();
        return message;
    }

    private static <T> T await(CompletableFuture<T> future) {
        return future.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
    }

    /** Goes away without a word, unless it has left. */
    @Override
    public void close() {
        socket.abort();
    }

    /** Puts the parts of messages together. */
    private static final class Ear implements WebSocket.Listener {
        private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                heard.add(text.toString());
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
                heard.add(bytes.toByteArray());
                bytes.reset();
            }
            webSocket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
            heard.add(new End(statusCode + " " + reason));
            return null;
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            heard.add(new End(error.toString()));
        }
    }
}
