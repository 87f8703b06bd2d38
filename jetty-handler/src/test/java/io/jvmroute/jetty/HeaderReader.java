package io.jvmroute.jetty;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.hpack.HpackDecoder;
import org.eclipse.jetty.http2.hpack.HpackException;

/** Reads the header blocks of one HTTP/2 connection. */
final class HeaderReader {
    private final HpackDecoder decoder = new HpackDecoder(64 * 1024, System::nanoTime);

    /** Each field as {@code name: value}. */
    List<String> read(byte[] block) throws IOException {
        try {
            MetaData head = decoder.decode(ByteBuffer.wrap(block));
            List<String> fields = new ArrayList<>();
            if (head instanceof MetaData.Response response) {
                fields.add(":status: " + response.getStatus());
            }
            for (HttpField field : head.getHttpFields()) {
                fields.add(field.getLowerCaseName() + ": " + field.getValue());
            }
            return fields;
        } catch (HpackException e) {
            throw new IOException(e);
        }
    }
}
