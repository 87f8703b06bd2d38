package io.jvmroute.jetty;

import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** One exchange on a frontend, where no application shares what Jetty makes of cookies. */
final class FrontendExchange extends JettyExchange {
    /** As a {@link JettyExchange}. */
    FrontendExchange(Request request, Response response, Callback callback, @Nullable String proxy) {
        super(request, response, callback, proxy);
    }

    @Override
    public @Nullable String cookie(String name, int fromLast) {
        return FrontendCookies.of(request()).find(name, fromLast);
    }
}
