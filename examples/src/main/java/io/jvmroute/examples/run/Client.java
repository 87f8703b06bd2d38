package io.jvmroute.examples.run;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Sends requests the way browsers do, but keeps no cookies: the caller says which session id goes along, and how. */
final class Client {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final HttpClient http;

    Client() {
        // Below Tomcat's keep-alive of 20 s: no request meets a connection that is just being closed.
        System.setProperty("jdk.httpclient.keepalive.timeout", "5");
        http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(2))
                .build();
    }

    Answer get(URI shop, String path, @Nullable SessionId id) throws IOException, InterruptedException {
        return send(request(shop, path, id).GET());
    }

    Answer post(URI shop, String path, @Nullable SessionId id, Map<String, String> form)
            throws IOException, InterruptedException {
        String body = form.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return send(request(shop, path, id)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body)));
    }

    private static HttpRequest.Builder request(URI shop, String path, @Nullable SessionId id) {
        String parameter = id != null && !id.inCookie() ? ";jsessionid=" + id.value() : "";
        HttpRequest.Builder request =
                HttpRequest.newBuilder(shop.resolve(path + parameter)).timeout(PATIENCE);
        if (id != null && id.inCookie()) {
            request.header("Cookie", "JSESSIONID=" + id.value());
        }
        return request;
    }

    private Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        long start = System.nanoTime();
        HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
        return Answer.of(response, Duration.ofNanos(System.nanoTime() - start));
    }
}
