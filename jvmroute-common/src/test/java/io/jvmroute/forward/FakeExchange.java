package io.jvmroute.forward;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.jvmroute.http.ClientEnd;
import io.jvmroute.http.FieldSink;
import io.jvmroute.http.RequestHead;
import io.jvmroute.http1.UpgradeRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A client that asks what it was given, keeps what it is told, and fails the test if it is told so in a wrong order. */
class FakeExchange implements BlockingExchange {
    final List<String> requestFields = new ArrayList<>(List.of("Host: app.example"));
    final List<String> responseFields = new ArrayList<>();
    final ByteArrayOutputStream responseBody = new ByteArrayOutputStream();
    boolean expectsContinue;
    final AtomicInteger continues = new AtomicInteger();
    final AtomicInteger bodyReads = new AtomicInteger();
    final AtomicInteger flushes = new AtomicInteger();
    int status;
    long responseLength = -1;

    @Nullable
    UpgradeRequest upgradeRequest;

    @Nullable
    Tunnel tunnel;

    boolean committed;
    boolean started;
    boolean broken;
    volatile boolean gone;

    final List<String> hints = new ArrayList<>();
    Map<String, String> requestTrailers = Map.of();
    Map<String, String> responseTrailers = Map.of();

    private final String method;
    private final String target;
    private long requestLength;
    private Iterator<byte[]> requestBody = Collections.emptyIterator();

    FakeExchange(String method, String target) {
        this.method = method;
        this.target = target;
    }

    static FakeExchange get() {
        return new FakeExchange("GET", "/");
    }

    static FakeExchange post(String body) {
        return new FakeExchange("POST", "/").body(body);
    }

    FakeExchange body(String body) {
        return body(body.length(), List.of(body.getBytes(ISO_8859_1)).iterator());
    }

    FakeExchange body(long length, Iterator<byte[]> parts) {
        requestLength = length;
        requestBody = parts;
        return this;
    }

    String response() {
        return responseBody.toString(ISO_8859_1);
    }

    @Override
    public RequestHead head() {
        return new RequestHead() {
            @Override
            public String method() {
                return method;
            }

            @Override
            public String target() {
                return target;
            }

            @Override
            public @Nullable String requestedSessionId() {
                return null;
            }

            @Override
            public @Nullable String cookie(String name) {
                return null;
            }

            @Override
            public String path() {
                return target;
            }

            @Override
            public @Nullable String header(String name) {
                return null;
            }
        };
    }

    @Override
    public void requestFields(FieldSink sink) {
        for (int i = 0; i < requestFields.size(); i++) {
            String field = requestFields.get(i);
            int colon = field.indexOf(':');
            if (i % 2 == 0) {
                byte[] bytes = field.getBytes(ISO_8859_1);
                sink.field(bytes, 0, colon, bytes, colon + 2, bytes.length - colon - 2);
            } else {
                sink.field(field.substring(0, colon), field.substring(colon + 2));
            }
        }
    }

    @Override
    public ClientEnd client() {
        return new ClientEnd("192.0.2.7", 4711, "https", "app.example", 8443);
    }

    @Override
    public long requestLength() {
        return requestLength;
    }

    @Override
    public @Nullable UpgradeRequest upgradeRequest() {
        return upgradeRequest;
    }

    @Override
    public void startTunnel(String protocol, Tunnel started) throws IOException {
        assertThat(committed).isTrue();
        assertThat(upgradeRequest.protocols()).contains(protocol);
        tunnel = started;
    }

    @Override
    public boolean expectsContinue() {
        return expectsContinue;
    }

    @Override
    public void sendContinue() throws IOException {
        assertThat(expectsContinue).isTrue();
        assertThat(bodyReads).hasValue(0);
        continues.incrementAndGet();
    }

    @Override
    public void sendEarlyHints(List<Map.Entry<String, String>> fields) {
        assertThat(status).isZero();
        fields.forEach(field -> hints.add(field.getKey() + ": " + field.getValue()));
    }

    @Override
    public @Nullable ByteBuffer readRequestBody() throws IOException {
        assertThat(expectsContinue && continues.get() == 0).isFalse();
        bodyReads.incrementAndGet();
        return requestBody.hasNext() ? ByteBuffer.wrap(requestBody.next()) : null;
    }

    @Override
    public Map<String, String> requestTrailers() {
        assertThat(requestBody.hasNext()).isFalse();
        return requestTrailers;
    }

    @Override
    public void responseTrailers(Map<String, String> fields) {
        assertThat(committed).isTrue();
        responseTrailers = fields;
    }

    @Override
    public void responseStatus(int newStatus) {
        assertThat(status).as("one response").isZero();
        status = newStatus;
    }

    @Override
    public void responseField(
            byte[] name, int nameOffset, int nameLength, byte[] value, int valueOffset, int valueLength) {
        assertThat(status).isPositive();
        assertThat(committed).isFalse();
        responseFields.add(new String(name, nameOffset, nameLength, ISO_8859_1) + ": "
                + new String(value, valueOffset, valueLength, ISO_8859_1));
    }

    @Override
    public void responseLength(long length) {
        assertThat(committed).isFalse();
        responseLength = length;
    }

    @Override
    public void commitResponse() throws IOException {
        assertThat(status).isPositive();
        assertThat(committed).isFalse();
        committed = true;
    }

    @Override
    public void writeResponseBody(ByteBuffer part) throws IOException {
        assertThat(committed).isTrue();
        assertThat(part.hasRemaining()).isTrue();
        byte[] bytes = new byte[part.remaining()];
        part.get(bytes);
        responseBody.write(bytes);
    }

    @Override
    public void flushResponse() throws IOException {
        assertThat(committed).isTrue();
        started = true;
        flushes.incrementAndGet();
    }

    @Override
    public void replayRequestBody(byte[] body) {
        assertThat(requestBody.hasNext()).isFalse();
        assertThat(body.length).isEqualTo((int) requestLength);
        requestBody = List.of(body).iterator();
    }

    @Override
    public boolean isClientGone() {
        return gone;
    }

    @Override
    public boolean isResponseStarted() {
        return started;
    }

    @Override
    public void breakResponse() {
        assertThat(broken).isFalse();
        broken = true;
    }
}
