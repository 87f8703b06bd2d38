package io.jvmroute.http1;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentLengthStrategy;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.DefaultContentLengthStrategy;
import org.apache.hc.core5.http.impl.io.ChunkedInputStream;
import org.apache.hc.core5.http.impl.io.ContentLengthInputStream;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParser;
import org.apache.hc.core5.http.impl.io.IdentityInputStream;
import org.apache.hc.core5.http.impl.io.SessionInputBufferImpl;
import org.apache.hc.core5.http.message.MessageSupport;

/**
 * What a reader made of a response on a connection that ends behind it.
 *
 * @param refusal why it is no whole response; empty if it is one
 * @param status the status code, 0 if refused
 * @param fields the fields as {@code name=value}, in order
 * @param body the body without its framing
 * @param left how many bytes behind the end were left on the connection
 */
record Reading(String refusal, int status, List<String> fields, String body, int left) {
    private static final int BUFFER_SIZE = 8192;

    private static Reading refused(String why) {
        return new Reading(why, 0, List.of(), "", 0);
    }

    boolean isWhole() {
        return refusal.isEmpty();
    }

    // ---- ours ----

    /** Read by {@link ResponseHeadParser} and {@link ChunkedDecoder}, in pieces of these sizes, used over and over. */
    static Reading ours(WireResponse response, int... pieces) {
        Pieces input = new Pieces(response.bytes(), pieces);
        ResponseHeadParser head = new ResponseHeadParser();
        head.reset(response.toHead());
        try {
            while (!head.parse(input.buffer)) {
                input.more();
            }
            StringBuilder body = new StringBuilder();
            readBody(head, input, body);
            return new Reading("", head.status(), fields(head), body.toString(), input.left());
        } catch (HttpSyntaxException e) {
            return refused(e.getMessage());
        } catch (EOFException e) {
            return refused("cut off");
        }
    }

    private static List<String> fields(ResponseHeadParser head) {
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < head.fieldCount(); i++) {
            fields.add(new String(head.bytes(), head.nameOffset(i), head.nameLength(i), ISO_8859_1) + "="
                    + new String(head.bytes(), head.valueOffset(i), head.valueLength(i), ISO_8859_1));
        }
        return fields;
    }

    private static void readBody(ResponseHeadParser head, Pieces input, StringBuilder body)
            throws HttpSyntaxException, EOFException {
        switch (head.framing()) {
            case NONE -> {}
            case LENGTH -> {
                for (long left = head.contentLength(); left > 0; ) {
                    if (!input.buffer.hasRemaining()) {
                        input.more();
                    }
                    left -= take(input.buffer, (int) Math.min(left, input.buffer.remaining()), body);
                }
            }
            case CHUNKED -> {
                ChunkedDecoder chunks = new ChunkedDecoder();
                for (int part; (part = chunks.next(input.buffer)) != ChunkedDecoder.END_OF_BODY; ) {
                    if (part > 0) {
                        take(input.buffer, part, body);
                    } else {
                        input.more();
                    }
                }
            }
            case CLOSE -> {
                input.buffer.limit(input.buffer.capacity());
                take(input.buffer, input.buffer.remaining(), body);
            }
        }
    }

    private static int take(ByteBuffer in, int length, StringBuilder body) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        body.append(new String(bytes, ISO_8859_1));
        return length;
    }

    private static final class Pieces {
        final ByteBuffer buffer;
        private final int[] sizes;
        private int next;

        Pieces(byte[] bytes, int... sizes) {
            buffer = ByteBuffer.wrap(bytes).limit(0);
            this.sizes = sizes;
        }

        void more() throws EOFException {
            if (buffer.limit() == buffer.capacity()) {
                throw new EOFException();
            }
            int size = sizes.length == 0 ? buffer.capacity() : sizes[next++ % sizes.length];
            buffer.limit(Math.min(buffer.capacity(), buffer.limit() + size));
        }

        int left() {
            return buffer.capacity() - buffer.position();
        }
    }

    // ---- the oracle's ----

    /** As many fields as come: ours limits their bytes. */
    private static final Http1Config LIMITS =
            Http1Config.custom().setMaxHeaderCount(0).build();

    /** Read by the classes that Apache HttpClient reads with. */
    static Reading httpCore(WireResponse response) {
        InputStream in = new ByteArrayInputStream(response.bytes());
        SessionInputBufferImpl buffer = new SessionInputBufferImpl(BUFFER_SIZE, ISO_8859_1.newDecoder());
        try {
            ClassicHttpResponse head = new DefaultHttpResponseParser(LIMITS).parse(buffer, in);
            if (head == null) {
                return refused("nothing");
            }
            List<String> fields = new ArrayList<>();
            head.headerIterator().forEachRemaining(field -> fields.add(field.getName() + "=" + field.getValue()));
            String body = "";
            if (MessageSupport.canResponseHaveBody(response.toHead() ? "HEAD" : "GET", head)) {
                try (InputStream content = content(head, buffer, in)) {
                    body = new String(content.readAllBytes(), ISO_8859_1);
                }
            }
            return new Reading("", head.getCode(), fields, body, buffer.length() + in.available());
        } catch (HttpException | IOException | IllegalArgumentException e) {
            return refused(e.toString());
        }
    }

    private static InputStream content(ClassicHttpResponse head, SessionInputBufferImpl buffer, InputStream in)
            throws HttpException {
        long length = DefaultContentLengthStrategy.INSTANCE.determineLength(head);
        if (length == ContentLengthStrategy.CHUNKED) {
            return new ChunkedInputStream(buffer, in, LIMITS);
        }
        return length >= 0 ? new ContentLengthInputStream(buffer, in, length) : new IdentityInputStream(buffer, in);
    }
}
