package io.jvmroute.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.cluster.Pin;
import io.jvmroute.testing.GoAwayContract;
import io.jvmroute.testing.RawPeer;
import io.jvmroute.testing.TestNode;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;

class GoAwayTest extends GoAwayContract {
    private static final String GO_AWAY = "\u0088\u0002\u0003\u00f4";

    @Override
    protected TestNode startFrontend(
            String cluster, int hazelcastPort, List<Integer> members, Map<String, String> options) throws Exception {
        return new EmbeddedNode(cluster, null, hazelcastPort, members, options).start();
    }

    /** A WebSocket that says nothing and closes with its client. */
    private static final class Silent extends Handler.Abstract.NonBlocking {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
            var taken = new AbstractConnection(endPoint, request.getComponents().getExecutor()) {
                @Override
                public void onOpen() {
                    super.onOpen();
                    fillInterested();
                }

                @Override
                public void onFillable() {
                    close();
                }
            };
            response.setStatus(101);
            response.getHeaders().put(HttpHeader.CONNECTION, "Upgrade").put(HttpHeader.UPGRADE, "websocket");
            request.setAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE, taken);
            callback.succeeded();
            return true;
        }
    }

    @Test
    void session_gone_itsWebSocketIsToldToComeAgain() throws Exception {
        String cluster = "test-" + UUID.randomUUID();
        List<Integer> ports = TestNode.freePorts(2);
        String id = UUID.randomUUID() + ".n1";
        try (EmbeddedNode one = new EmbeddedNode(cluster, "n1", ports.get(0), ports, Map.of())
                        .with(new Silent())
                        .start();
                EmbeddedNode two = new EmbeddedNode(cluster, "n2", ports.get(1), ports, Map.of()).start()) {
            for (TestNode node : List.of(one, two)) {
                await().until(() -> ((Object[]) node.jmx("Nodes")).length == 2);
            }
            try (RawPeer client = RawPeer.connect(two.port())) {
                client.write("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        + ("Cookie: JSESSIONID=" + id + "\r\n\r\n"));
                assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
                await().until(() -> two.jmx("OpenTunnels").equals(1));

                one.member().getMap("jvmroute.pins").set(AffinityKey.ofSession(id), new Pin("n2", 2));

                assertThat(client.read(GO_AWAY.length())).isEqualTo(GO_AWAY);
                client.write("\u0088\u0082maskn\u0095");
                assertThat(client.readAll()).isEmpty();
                await().until(() -> two.jmx("OpenTunnels").equals(0));
            }
        }
    }
}
