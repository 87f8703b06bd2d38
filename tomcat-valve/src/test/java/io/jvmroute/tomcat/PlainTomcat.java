package io.jvmroute.tomcat;

import io.jvmroute.testing.Folders;
import io.jvmroute.testing.ProbeServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;

/** An embedded Tomcat that knows nothing of us, but for its jvmRoute; {@code /health} answers as told, {@code /health?well} always well. */
final class PlainTomcat implements AutoCloseable {
    private final Path base;
    private final Tomcat tomcat = new Tomcat();
    final AtomicInteger health = new AtomicInteger(200);
    final AtomicInteger askedWell = new AtomicInteger();

    /** Started; port 0: any. */
    PlainTomcat(String route, int port) throws IOException, LifecycleException {
        base = Files.createTempDirectory("plain-" + route);
        tomcat.setBaseDir(base.toString());
        Connector connector = new Connector("org.apache.coyote.http11.Http11NioProtocol");
        connector.setProperty("address", "127.0.0.1");
        connector.setPort(port);
        tomcat.setConnector(connector);
        tomcat.getEngine().setJvmRoute(route);
        Context context = tomcat.addContext("", base.toString());
        Tomcat.addServlet(context, "probe", new ProbeServlet(route)).addMapping("/*");
        Tomcat.addServlet(context, "health", new Health()).addMapping("/health");
        tomcat.start();
    }

    private final class Health extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) {
            if (request.getQueryString() != null) {
                askedWell.incrementAndGet();
            } else {
                response.setStatus(health.get());
            }
        }
    }

    int port() {
        return tomcat.getConnector().getLocalPort();
    }

    @Override
    public void close() {
        try {
            tomcat.stop();
            tomcat.destroy();
            Folders.delete(base);
        } catch (LifecycleException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
