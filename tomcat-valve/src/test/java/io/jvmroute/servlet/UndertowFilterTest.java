package io.jvmroute.servlet;

import io.undertow.Undertow;
import io.undertow.server.session.SecureRandomSessionIdGenerator;
import io.undertow.servlet.Servlets;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.DeploymentManager;
import io.undertow.servlet.api.FilterInfo;
import io.undertow.servlet.util.ImmediateInstanceFactory;
import jakarta.servlet.DispatcherType;
import java.util.Map;

/** The filter in Undertow, whose sessions are named by their generator. */
class UndertowFilterTest extends FilterContract {
    UndertowFilterTest() {
        super(UndertowFilterTest::start);
    }

    @Override
    boolean showsBreaks() {
        return false;
    }

    @Override
    boolean tellsAllCookies() {
        return false;
    }

    static FilteredServer start(FilteredServer.Setup setup, Map<String, String> options) throws Exception {
        FilterInfo filter = Servlets.filter("affinity", AffinityFilter.class).setAsyncSupported(true);
        options.forEach(filter::addInitParam);
        DeploymentInfo application = Servlets.deployment()
                .setClassLoader(UndertowFilterTest.class.getClassLoader())
                .setContextPath("/")
                .setDeploymentName("filtered-" + setup.port())
                .setEagerFilterInit(true)
                .addListener(Servlets.listener(AffinityListener.class))
                .addFilter(filter)
                .addFilterUrlMapping("affinity", "/*", DispatcherType.REQUEST)
                .addServlet(Servlets.servlet(
                                "probe", setup.probe().getClass(), new ImmediateInstanceFactory<>(setup.probe()))
                        .setAsyncSupported(true)
                        .addMapping("/*"))
                .addErrorPage(Servlets.errorPage("/oops", 400));
        SecureRandomSessionIdGenerator random = new SecureRandomSessionIdGenerator();
        application.setSessionIdGenerator(() -> random.createSessionId().replace('.', '_')
                + (setup.containerRoute() == null ? "" : "." + setup.containerRoute()));
        DeploymentManager manager = Servlets.newContainer().addDeployment(application);
        manager.deploy();
        Undertow.Builder builder = Undertow.builder();
        Undertow server = (setup.tls() == null
                        ? builder.addHttpListener(setup.port(), "127.0.0.1", manager.start())
                        : builder.addHttpsListener(setup.port(), "127.0.0.1", setup.tls(), manager.start()))
                .build();
        server.start();
        return () -> {
            server.stop();
            manager.stop();
            manager.undeploy();
        };
    }
}
