package io.jvmroute.tomcat.corridor;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmroute.affinity.AffinityParser;
import io.jvmroute.http.RequestHead;
import io.jvmroute.testing.FuzzedRequests;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.valves.ValveBase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A frontend without applications reads the same session id out of a request as a Tomcat that has the application. */
final class SessionIdFuzzTest {
    private static final int TOLD = 20;

    private final AffinityParser parser = new AffinityParser("JSESSIONID", "jsessionid");
    private final AtomicInteger compared = new AtomicInteger();
    private final AtomicInteger withId = new AtomicInteger();
    private final List<String> different = new CopyOnWriteArrayList<>();

    /** Asks both, Tomcat for what it found by its application. */
    private final class Comparison extends ValveBase {
        @Override
        public void invoke(Request request, Response response) throws IOException, ServletException {
            if (!response.isError()) {
                compare(request, response);
            }
            getNext().invoke(request, response);
        }

        private void compare(Request request, Response response) {
            String ofTomcat = request.getRequestedSessionId();
            String ours = parser.findSessionId(new Unmapped(new TomcatExchange(request, response)));
            compared.incrementAndGet();
            if (ofTomcat != null && ofTomcat.isEmpty()) {
                return; // none, and one before it may count
            }
            if (ofTomcat != null) {
                withId.incrementAndGet();
            }
            boolean same = ofTomcat == null ? ours == null : ofTomcat.equals(ours);
            if (!same && different.size() < TOLD) {
                different.add("Tomcat " + ofTomcat + ", we " + ours + ": " + request.getRequestURI() + " "
                        + java.util.Collections.list(request.getHeaders("Cookie")));
            }
        }
    }

    /** The head as it is where no application is mapped. */
    private record Unmapped(RequestHead head) implements RequestHead {
        @Override
        public String method() {
            return head.method();
        }

        @Override
        public String target() {
            return head.target();
        }

        @Override
        public String requestedSessionId() {
            return null;
        }

        @Override
        public String cookie(String name) {
            return head.cookie(name);
        }

        @Override
        public String cookie(String name, int fromLast) {
            return head.cookie(name, fromLast);
        }

        @Override
        public String path() {
            return head.path();
        }

        @Override
        public String header(String name) {
            return head.header(name);
        }
    }

    private static final class Empty extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) {
            response.setContentLength(0);
        }
    }

    @Test
    void findSessionId_isTomcats(@TempDir Path folder) throws Exception {
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(folder.toString());
        Connector connector = new Connector("org.apache.coyote.http11.Http11NioProtocol");
        connector.setProperty("address", "127.0.0.1");
        connector.setProperty("maxKeepAliveRequests", "-1");
        connector.setPort(0);
        tomcat.setConnector(connector);
        Context context = tomcat.addContext("", folder.toString());
        Tomcat.addServlet(context, "empty", new Empty()).addMapping("/*");
        tomcat.getEngine().getPipeline().addValve(new Comparison());
        tomcat.start();
        try {
            new FuzzedRequests().sendTo(connector.getLocalPort());
        } finally {
            tomcat.stop();
            tomcat.destroy();
        }
        assertThat(different).isEmpty();
        assertThat(compared.get()).isGreaterThan(FuzzedRequests.COUNT / 4);
        assertThat(withId.get()).isGreaterThan(FuzzedRequests.COUNT / 20);
    }
}
