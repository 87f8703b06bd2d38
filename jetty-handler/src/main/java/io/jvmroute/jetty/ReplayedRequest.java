package io.jvmroute.jetty;

import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** A request whose small body was read for a forward that did not come about, for the application to read it once more. */
final class ReplayedRequest extends Request.Wrapper {
    private final JettyExchange exchange;
    private boolean read;

    ReplayedRequest(JettyExchange exchange) {
        super(exchange.request());
        this.exchange = exchange;
        Request.addCompletionListener(this, failure -> exchange.release());
    }

    @Override
    public synchronized Content.@Nullable Chunk read() {
        RetainableByteBuffer body = exchange.held();
        if (read || body == null) {
            return Content.Chunk.EOF;
        }
        read = true;
        body.retain();
        return Content.Chunk.asChunk(body.getByteBuffer().slice(), /* last= */ true, body);
    }

    @Override
    public void demand(Runnable whenAvailable) {
        getComponents().getExecutor().execute(whenAvailable);
    }
}
