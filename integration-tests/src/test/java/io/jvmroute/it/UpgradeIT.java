package io.jvmroute.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The WebSocket of Tomcat's own examples through a frontend, with the one JAR in a real Tomcat. */
final class UpgradeIT {
    static List<TomcatRuntime> runtimes() {
        return TomcatRuntime.all();
    }

    @ParameterizedTest
    @MethodSource("runtimes")
    void webSocket_throughAFrontend_echoes(TomcatRuntime runtime) throws Exception {
        try (TomcatNode owner = TomcatNode.named(runtime, "upgrade-owner")
                        .bundledApplication("examples")
                        .node()
                        .start();
                TomcatNode frontend = TomcatNode.named(runtime, "upgrade-frontend")
                        .lib(TomcatRuntime.jar())
                        .engine(
                                "<Valve className=\"io.jvmroute.tomcat.AffinityValve\" mode=\"frontend\" hazelcastPort=\"0\" backends=\"n1=http://%s\"/>"
                                        .formatted(owner.uri("/").getAuthority()))
                        .node()
                        .start()) {
            CompletableFuture<String> echo = new CompletableFuture<>();
            CompletableFuture<Integer> end = new CompletableFuture<>();
            URI http = frontend.uri("/examples/websocket/echoAnnotation");
            WebSocket socket = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .buildAsync(URI.create("ws://" + http.getAuthority() + http.getPath()), listener(echo, end))
                    .join();
            socket.sendText("over there", /* last= */ true).join();

            assertThat(echo.get(2, TimeUnit.MINUTES)).isEqualTo("over there");
            try (NodeJmx jmx = NodeJmx.attach(frontend.handle().pid(), "frontend")) {
                assertThat(jmx.affinity().getOpenTunnels()).isEqualTo(1);
            }
            frontend.stop();
            assertThat(end.get(2, TimeUnit.MINUTES)).isNotNull();
            assertThat(frontend.log()).doesNotContain("SEVERE", "Exception");
        }
    }

    private static WebSocket.Listener listener(CompletableFuture<String> echo, CompletableFuture<Integer> end) {
        return new WebSocket.Listener() {
            @Override
            public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
                echo.complete(data.toString());
                webSocket.request(1);
                return null;
            }

            @Override
            public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
                end.complete(statusCode);
                return null;
            }

            @Override
            public void onError(WebSocket webSocket, Throwable error) {
                end.complete(-1);
            }
        };
    }
}
