package io.jvmroute.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.core.HazelcastInstance;
import io.jvmroute.servlet.AffinityFilter;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The filter in {@code WEB-INF/lib} of an application in two Tomcats of Jakarta Servlet 6.1, as their users get them. */
final class FilterIT {
    private static final String DESCRIPTOR = """
            <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.1" metadata-complete="true">
              <filter>
                <filter-name>affinity</filter-name>
                <filter-class>io.jvmroute.servlet.AffinityFilter</filter-class>
                <async-supported>true</async-supported>
                <init-param><param-name>route</param-name><param-value>%s</param-value></init-param>
                <init-param><param-name>url</param-name><param-value>http://127.0.0.1:%d</param-value></init-param>
                <init-param><param-name>hazelcastPort</param-name><param-value>%d</param-value></init-param>
                <init-param><param-name>members</param-name><param-value>%s</param-value></init-param>
                <init-param><param-name>affinity</param-name><param-value>session, cookie</param-value></init-param>
              </filter>
              <filter-mapping><filter-name>affinity</filter-name><url-pattern>/*</url-pattern></filter-mapping>
              <listener><listener-class>io.jvmroute.servlet.AffinityListener</listener-class></listener>
              <servlet>
                <servlet-name>where</servlet-name>
                <servlet-class>%s</servlet-class>
                <async-supported>true</async-supported>
              </servlet>
              <servlet-mapping><servlet-name>where</servlet-name><url-pattern>/*</url-pattern></servlet-mapping>
            </web-app>
            """;

    private final FreePorts ports = new FreePorts();
    private final HttpClient client = HttpClient.newHttpClient();

    /** Tells where it is; parameters say how. */
    public static final class Where extends HttpServlet {
        private static final long serialVersionUID = 1;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            String node = String.valueOf(request.getAttribute("jvmroute.node"));
            if (request.getParameter("session") != null) {
                request.getSession();
            }
            if (request.getParameter("redirect") != null) {
                response.sendRedirect("elsewhere");
            } else if (request.getParameter("async") != null) {
                AsyncContext async = request.startAsync();
                async.start(() -> answerLater(async, node));
            } else {
                response.getWriter().write(node);
            }
        }

        private static void answerLater(AsyncContext async, String node) {
            try {
                async.getResponse().getWriter().write(node);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            } finally {
                async.complete();
            }
        }
    }

    private TomcatNode node(String route, int port, int hazelcastPort, String members) throws Exception {
        TomcatBase base =
                TomcatNode.named(TomcatRuntime.tomcat11(), "filter-" + route).route(route);
        WebArchive.write(
                base.folder().resolve("webapps/app.war"),
                DESCRIPTOR.formatted(route, port, hazelcastPort, members, Where.class.getName()),
                List.of(jarOf(AffinityFilter.class), jarOf(HazelcastInstance.class)),
                Where.class);
        return base.node().port(port);
    }

    private static Path jarOf(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private HttpResponse<String> get(TomcatNode node, String query, String cookie) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(node.uri("/app/" + query)).timeout(ServerProcess.LIMIT);
        if (!cookie.isEmpty()) {
            request.header("Cookie", cookie);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static String cookie(HttpResponse<?> response, String name) {
        return response.headers().allValues("Set-Cookie").stream()
                .filter(value -> value.startsWith(name + "="))
                .map(value -> value.substring(0, value.indexOf(';')))
                .findFirst()
                .orElse("");
    }

    @Test
    void sessionAndRouteCookie_leadHome() throws Exception {
        int first = ports.take();
        int second = ports.take();
        String members = "127.0.0.1:" + first + ",127.0.0.1:" + second;
        try (TomcatNode n1 = node("n1", ports.take(), first, members).start();
                TomcatNode n2 = node("n2", ports.take(), second, members).start()) {
            await().until(() -> get(n1, "", "JSESSIONID=a.n2").body().equals("n2"));
            await().until(() -> get(n2, "", "JSESSIONID=a.n1").body().equals("n1"));

            String session = cookie(get(n1, "?session", ""), "JSESSIONID");
            assertThat(session).endsWith(".n1");
            assertThat(get(n2, "?session", session).body()).isEqualTo("n1");

            for (String form : List.of("", "?async", "?redirect")) {
                HttpResponse<String> made = get(n1, form, "");
                String route = cookie(made, "JVMROUTE");
                assertThat(route).as(form).isNotEmpty();
                assertThat(made.headers().allValues("Set-Cookie")).as(form).hasSize(1);
                HttpResponse<String> again = get(n2, "?async", route);
                assertThat(again.body()).as(form).isEqualTo("n1");
                assertThat(cookie(again, "JVMROUTE")).as(form).isEmpty();
            }
            String lost = cookie(get(n2, "", "JSESSIONID=a.n1; JVMROUTE=forged"), "JVMROUTE");
            assertThat(get(n2, "", lost).body()).isEqualTo("n1"); // set by the node before the hop
        }
    }
}
