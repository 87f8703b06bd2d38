package io.jvmroute.it.contract;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Sends requests to the shop, but keeps no cookies: the caller says which session id goes along, and how. */
public final class ShopClient {
    /** Far above what any request may take; whoever cares measures. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final HttpClient http;

    public ShopClient() {
        // Below the keep-alive time of the containers: no request meets a connection that is just being closed.
        System.setProperty("jdk.httpclient.keepalive.timeout", "15");
        http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(PATIENCE)
                .build();
    }

    public ShopAnswer get(URI shop, String path, @Nullable SessionId id) {
        return getLater(shop, path, id).join();
    }

    public CompletableFuture<ShopAnswer> getLater(URI shop, String path, @Nullable SessionId id) {
        return send(request(shop, path, id).GET());
    }

    /** A form of {@code name=value&…}. */
    public ShopAnswer post(URI shop, String path, @Nullable SessionId id, String form) {
        return postLater(shop, path, id, BodyPublishers.ofString(form)).join();
    }

    public CompletableFuture<ShopAnswer> postLater(URI shop, String path, @Nullable SessionId id, BodyPublisher form) {
        return send(request(shop, path, id)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(form));
    }

    private static HttpRequest.Builder request(URI shop, String path, @Nullable SessionId id) {
        boolean inUrl = id != null && id.carrier() == SessionId.Carrier.URL;
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        shop.resolve(inUrl ? path + ";jsessionid=" + id.value() : path))
                .timeout(PATIENCE);
        if (id != null && !inUrl) {
            request.header("Cookie", "JSESSIONID=" + id.value());
        }
        return request;
    }

    private CompletableFuture<ShopAnswer> send(HttpRequest.Builder request) {
        long start = System.nanoTime();
        return http.sendAsync(request.build(), BodyHandlers.ofString())
                .thenApply(response -> ShopAnswer.of(response, start));
    }
}
