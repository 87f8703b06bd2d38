package io.jvmroute.servlet;

import jakarta.servlet.DispatcherType;
import java.util.EnumSet;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.ee10.servlet.ErrorPageErrorHandler;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.session.DefaultSessionIdManager;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** The filter in Jetty. */
class JettyFilterTest extends FilterContract {
    JettyFilterTest() {
        super(JettyFilterTest::start);
    }

    static FilteredServer start(FilteredServer.Setup setup, Map<String, String> options) throws Exception {
        Server server = new Server();
        ServerConnector connector = setup.tls() == null ? new ServerConnector(server) : secured(server, setup.tls());
        connector.setHost("127.0.0.1");
        connector.setPort(setup.port());
        server.addConnector(connector);
        if (setup.containerRoute() != null) {
            DefaultSessionIdManager ids = new DefaultSessionIdManager(server);
            ids.setWorkerName(setup.containerRoute());
            server.addBean(ids, /* managed= */ true);
        }
        ServletContextHandler context = new ServletContextHandler("/", ServletContextHandler.SESSIONS);
        ServletHolder probe = new ServletHolder(setup.probe());
        probe.setAsyncSupported(true);
        context.addServlet(probe, "/*");
        FilterHolder filter = new FilterHolder(AffinityFilter.class);
        filter.setAsyncSupported(true);
        options.forEach(filter::setInitParameter);
        context.addFilter(filter, "/*", EnumSet.of(DispatcherType.REQUEST));
        ErrorPageErrorHandler errors = new ErrorPageErrorHandler();
        errors.addErrorPage(400, "/oops");
        context.setErrorHandler(errors);
        server.setHandler(context);
        server.start();
        return server::stop;
    }

    private static ServerConnector secured(Server server, SSLContext tls) {
        SslContextFactory.Server factory = new SslContextFactory.Server();
        factory.setSslContext(tls);
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.addCustomizer(new SecureRequestCustomizer());
        HttpConnectionFactory http = new HttpConnectionFactory(configuration);
        return new ServerConnector(server, new SslConnectionFactory(factory, http.getProtocol()), http);
    }
}
