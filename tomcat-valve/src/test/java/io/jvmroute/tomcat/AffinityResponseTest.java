package io.jvmroute.tomcat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.jvmroute.testing.RawClient;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.management.ObjectName;
import org.apache.catalina.startup.Tomcat;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What applications do to responses that carry the route cookie, or whose cookies are learned, on one node. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AffinityResponseTest {
    private EmbeddedNode node;

    /** Does what the path says. */
    private static final class Application extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
            switch (request.getPathInfo()) {
                case "/held" -> {
                    response.addCookie(new Cookie("SID", "held"));
                    response.flushBuffer();
                    request.getInputStream().readAllBytes(); // until the client has seen the head
                }
                case "/private" -> {
                    response.setHeader("Cache-Control", "private");
                    response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
                }
                default -> response.getWriter().write("plain");
            }
        }
    }

    @BeforeAll
    void start() throws Exception {
        List<Integer> ports = EmbeddedNode.freePorts(1);
        node = new EmbeddedNode(
                "test-" + UUID.randomUUID(),
                "n1",
                ports.get(0),
                ports,
                Map.of("affinity", "session, cookie, app-cookie(SID)"));
        node.start();
        Tomcat.addServlet(node.context, "application", new Application()).addMapping("/application/*");
        Awaitility.await().until(() -> node.jmx("State").equals("READY"));
    }

    @AfterAll
    void stop() {
        node.close();
    }

    private static String explain(String headers) throws Exception {
        return (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("io.jvmroute:type=Affinity,route=n1"),
                        "explainRequest",
                        new Object[] {"/", headers, ""},
                        new String[] {"java.lang.String", "java.lang.String", "java.lang.String"});
    }

    private static void write(OutputStream out, String... lines) throws IOException {
        out.write((String.join("\r\n", lines) + "\r\n").getBytes(ISO_8859_1));
        out.flush();
    }

    /** The lines of a head, without the empty one. */
    private static List<String> head(BufferedReader in) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            lines.add(line);
        }
        return lines;
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
    }

    @Test
    void appCookie_isLearnedBeforeTheClientSeesIt() throws Exception {
        try (Socket socket = RawClient.connect(node.port())) {
            OutputStream out = socket.getOutputStream();
            write(
                    out,
                    "POST /application/held HTTP/1.1",
                    "Host: a",
                    "Transfer-Encoding: chunked",
                    "Connection: close",
                    "");
            assertThat(head(reader(socket))).anyMatch(line -> line.startsWith("Set-Cookie: SID=held"));
            assertThat(explain("Cookie: SID=held")).contains("a pin of epoch 2 names n1");
            write(out, "0", "");
        }
    }

    @Test
    void notModified_keepsTheApplicationsOwnPrivate() throws Exception {
        String answer = RawClient.send(
                node.port(), "GET /application/private HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        assertThat(answer)
                .startsWith("HTTP/1.1 304")
                .contains("Cache-Control: private")
                .doesNotContain("Set-Cookie");
    }
}
