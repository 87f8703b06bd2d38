package io.jvmroute.servlet;

import jakarta.servlet.DispatcherType;
import java.util.EnumSet;
import java.util.Map;
import org.eclipse.jetty.ee10.servlet.ErrorPageErrorHandler;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.session.DefaultSessionIdManager;

/** The filter in Jetty. */
class JettyFilterTest extends FilterContract {
    JettyFilterTest() {
        super(JettyFilterTest::start);
    }

    private static FilteredServer start(int port, String containerRoute, Map<String, String> options) throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        connector.setPort(port);
        server.addConnector(connector);
        if (containerRoute != null) {
            DefaultSessionIdManager ids = new DefaultSessionIdManager(server);
            ids.setWorkerName(containerRoute);
            server.addBean(ids, /* managed= */ true);
        }
        ServletContextHandler context = new ServletContextHandler("/", ServletContextHandler.SESSIONS);
        ServletHolder probe = new ServletHolder(new FilterProbe(options.get("route")));
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
}
