package io.jvmroute.tomcat;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections that nobody has accepted yet when the listening socket closes. */
final class DrainingHttp11NioProtocolTest {
    private static final int QUEUED = 20;
    private static final int MAX_CONNECTIONS = 2;

    private final Tomcat tomcat = new Tomcat();
    private final List<Socket> sockets = new ArrayList<>();

    @TempDir
    private Path base;

    @AfterEach
    void stop() throws Exception {
        for (Socket socket : sockets) {
            socket.close();
        }
        tomcat.stop();
        tomcat.destroy();
    }

    @Test
    void queuedConnections_areServed_whenTheListenerCloses() throws Exception {
        Connector connector = start(DrainingHttp11NioProtocol.class.getName());
        int port = connector.getLocalPort();
        for (int i = 0; i < MAX_CONNECTIONS + QUEUED; i++) {
            sockets.add(connect(port));
        }
        awaitConnections(connector, MAX_CONNECTIONS);

        connector.getProtocolHandler().closeServerSocketGraceful();

        for (Socket socket : sockets) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(US_ASCII));
            String response = new String(socket.getInputStream().readAllBytes(), US_ASCII);
            assertThat(response).contains("Connection: close").endsWith("served");
        }
        assertThatThrownBy(() -> connect(port)).isInstanceOf(ConnectException.class);
    }

    @Test
    void stop_withoutDrain_endsAllAsEver() throws Exception {
        Connector connector = start(DrainingHttp11NioProtocol.class.getName());
        sockets.add(connect(connector.getLocalPort()));
        awaitConnections(connector, 1); // one that nobody has accepted is reset

        tomcat.stop();

        assertThat(sockets.get(0).getInputStream().read()).isEqualTo(-1);
        assertThat(String.valueOf(connector.getProperty("connectionCount"))).isIn("0", "-1");
    }

    private Connector start(String protocol) throws Exception {
        tomcat.setBaseDir(base.toString());
        Connector connector = new Connector(protocol);
        connector.setPort(0);
        connector.setProperty("address", "127.0.0.1");
        connector.setProperty("bindOnInit", "false");
        connector.setProperty("maxConnections", String.valueOf(MAX_CONNECTIONS));
        tomcat.setConnector(connector);
        Context context = tomcat.addContext("", base.toString());
        Tomcat.addServlet(context, "served", new Served());
        context.addServletMapping("/", "served");
        tomcat.start();
        return connector;
    }

    private static void awaitConnections(Connector connector, int count) {
        await().until(() -> String.valueOf(count).equals(String.valueOf(connector.getProperty("connectionCount"))));
    }

    private static Socket connect(int port) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), port);
    }

    private static final class Served extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.getOutputStream().print("served");
        }
    }
}
