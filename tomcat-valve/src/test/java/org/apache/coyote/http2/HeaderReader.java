package org.apache.coyote.http2;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Opens Tomcat's own HPACK decoder (RFC 7541) to a test's client. */
public final class HeaderReader {
    private final HpackDecoder decoder = new HpackDecoder();

    /** The fields of one block, {@code name: value} each. */
    public List<String> read(byte[] block) throws IOException {
        List<String> fields = new ArrayList<>();
        decoder.setHeaderEmitter(new HpackDecoder.HeaderEmitter() {
            @Override
            public void emitHeader(String name, String value) {
                fields.add(name + ": " + value);
            }

            @Override
            public void setHeaderException(StreamException e) {
                throw new IllegalStateException(e);
            }

            @Override
            public void validateHeaders() {}
        });
        try {
            decoder.decode(ByteBuffer.wrap(block));
        } catch (HpackException e) {
            throw new IOException(e);
        }
        return fields;
    }
}
