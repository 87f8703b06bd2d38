package io.jvmroute.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmroute.affinity.AffinityParser;
import io.jvmroute.testing.FuzzedRequests;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;

/**
 * The handler reads a session id out of a request that Jetty finds there too. Of several Jetty reports the first that is valid, and the first
 * of all if none is; which one leads to a home is ours to say. It looks for parameters in the last segment alone, takes the name of the cookie in any case, and trims.
 */
final class SessionIdFuzzTest {
    private static final int TOLD = 20;
    private static final String OURS = SessionIdFuzzTest.class.getName();

    private final AffinityParser parser = new AffinityParser("JSESSIONID", "jsessionid");
    private final AtomicInteger compared = new AtomicInteger();
    private final AtomicInteger same = new AtomicInteger();
    private final List<String> different = new CopyOnWriteArrayList<>();

    /** Before the application, as the handler is. */
    private final class Reader extends Handler.Wrapper {
        Reader(Handler next) {
            super(next);
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            JettyExchange exchange = new JettyExchange(request, response, callback, /* proxy= */ null);
            String ours = parser.findSessionId(exchange);
            String ofFrontend = parser.findSessionId(new FrontendExchange(request, response, callback, null));
            if (!Objects.equals(ours, ofFrontend)) {
                different.add("a frontend " + ofFrontend + ", a peer " + ours);
            }
            request.setAttribute(OURS, ours);
            return super.handle(request, response, callback);
        }
    }

    private final class Comparison extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) {
            response.setContentLength(0);
            String ofJetty = request.getRequestedSessionId();
            String ours = (String) request.getAttribute(OURS);
            compared.incrementAndGet();
            String all = request.getRequestURI() + " " + java.util.Collections.list(request.getHeaders("Cookie"));
            if (Objects.equals(ofJetty, ours)) {
                same.addAndGet(ours == null ? 0 : 1);
            } else if (!isKnownDifference(ofJetty, ours, request) && different.size() < TOLD) {
                different.add("Jetty " + ofJetty + ", we " + ours + ": " + all);
            }
        }

        private boolean isKnownDifference(String ofJetty, String ours, HttpServletRequest request) {
            String uri = request.getRequestURI();
            boolean several = idsIn(uri) + cookiesIn(request) > 1;
            boolean inner = ofJetty == null && idsIn(uri.substring(0, uri.lastIndexOf('/'))) > 0;
            boolean empty = ofJetty != null && ofJetty.isEmpty() && ours == null;
            boolean trimmed = ofJetty != null && ours != null && ofJetty.equals(ours.trim());
            return several || inner || empty || trimmed;
        }

        private static int idsIn(String uri) {
            return uri.split(";jsessionid=", -1).length - 1;
        }

        private static int cookiesIn(HttpServletRequest request) {
            return String.join(";", java.util.Collections.list(request.getHeaders("Cookie")))
                            .split("JSESSIONID", -1)
                            .length
                    - 1;
        }
    }

    @Test
    void findSessionId_isJettys() throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/", ServletContextHandler.SESSIONS);
        context.addServlet(new ServletHolder(new Comparison()), "/*");
        server.setHandler(new Reader(context));
        server.start();
        try {
            new FuzzedRequests().sendTo(connector.getLocalPort());
        } finally {
            server.stop();
        }
        assertThat(different).isEmpty();
        assertThat(compared.get()).isGreaterThan(FuzzedRequests.COUNT / 4);
        assertThat(same.get()).isGreaterThan(FuzzedRequests.COUNT / 20);
    }
}
