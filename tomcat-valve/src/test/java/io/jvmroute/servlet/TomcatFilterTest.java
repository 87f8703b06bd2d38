package io.jvmroute.servlet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.jvmroute.testing.Folders;
import io.jvmroute.tomcat.TlsConnectors;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.apache.catalina.Context;
import org.apache.catalina.Wrapper;
import org.apache.catalina.authenticator.BasicAuthenticator;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.realm.MemoryRealm;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.startup.Tomcat.FixContextListener;
import org.apache.tomcat.util.descriptor.web.ErrorPage;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.apache.tomcat.util.descriptor.web.LoginConfig;
import org.apache.tomcat.util.descriptor.web.SecurityCollection;
import org.apache.tomcat.util.descriptor.web.SecurityConstraint;
import org.junit.jupiter.api.Test;

/** The filter in Tomcat. */
class TomcatFilterTest extends FilterContract {
    TomcatFilterTest() {
        super(TomcatFilterTest::start);
    }

    /** What Tomcat demands before any filter, each request carries: BASIC. */
    @Test
    void containerManagedLogin_bothNodesAskAndTheOwnerServes() throws Exception {
        start(/* named= */ true);
        assertThat(get("n1", "/user", "").statusCode()).isEqualTo(401);
        String ann = "Basic " + Base64.getEncoder().encodeToString("ann:secret".getBytes(UTF_8));
        HttpResponse<String> made = send(request("n1", "/user", "").header("Authorization", ann));
        assertThat(header(made, "Seen-User")).isEqualTo("ann");
        String id = sessionId(send(request("n1", "/login", "").header("Authorization", ann)));
        HttpResponse<String> hop = send(request("n2", "/user", id).header("Authorization", ann));
        assertThat(hop.body()).isEqualTo("n1");
        assertThat(header(hop, "Seen-User")).isEqualTo("ann");
        assertThat(header(hop, "Hop")).isEqualTo("1");
    }

    static FilteredServer start(FilteredServer.Setup setup, Map<String, String> options) throws Exception {
        Path base = Files.createTempDirectory("filtered-tomcat");
        base.toFile().deleteOnExit(); // of one whose start fails
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(base.toString());
        Connector connector = setup.tls() == null
                ? new Connector("org.apache.coyote.http11.Http11NioProtocol")
                : TlsConnectors.connector(setup.tls());
        connector.setProperty("address", "127.0.0.1");
        connector.setPort(setup.port());
        tomcat.setConnector(connector);
        tomcat.getEngine().setJvmRoute(setup.containerRoute());
        Context context = tomcat.addContext("", base.toString());
        context.addLifecycleListener(new FixContextListener());
        Wrapper probe = Tomcat.addServlet(context, "probe", setup.probe());
        probe.setAsyncSupported(true);
        probe.addMapping("/*");
        FilterDef filter = new FilterDef();
        filter.setFilterName("affinity");
        filter.setFilterClass(AffinityFilter.class.getName());
        filter.setAsyncSupported("true");
        options.forEach(filter::addInitParameter);
        context.addFilterDef(filter);
        FilterMap mapping = new FilterMap();
        mapping.setFilterName("affinity");
        mapping.addURLPattern("/*");
        context.addFilterMap(mapping);
        ErrorPage page = new ErrorPage();
        page.setErrorCode(400);
        page.setLocation("/oops");
        context.addErrorPage(page);
        demandLogin(tomcat, context);
        tomcat.start();
        return () -> {
            tomcat.stop();
            tomcat.destroy();
            Folders.delete(base);
        };
    }

    private static void demandLogin(Tomcat tomcat, Context context) {
        MemoryRealm realm = new MemoryRealm();
        realm.setPathname(TomcatFilterTest.class.getResource("users.xml").toString());
        tomcat.getEngine().setRealm(realm);
        context.setLoginConfig(new LoginConfig("BASIC", "test", null, null));
        context.getPipeline().addValve(new BasicAuthenticator());
        SecurityCollection users = new SecurityCollection();
        users.addPattern("/user");
        SecurityConstraint constraint = new SecurityConstraint();
        constraint.addAuthRole("user");
        constraint.addCollection(users);
        context.addConstraint(constraint);
        context.addSecurityRole("user");
    }
}
