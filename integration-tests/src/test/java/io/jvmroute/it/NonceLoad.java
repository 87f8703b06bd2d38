package io.jvmroute.it;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Clients that each send a nonce and take no byte that is not theirs; some go away in the middle. */
final class NonceLoad {
    private static final List<String> WAYS =
            List.of("plain", "plain", "plain", "plain", "plain", "plain", "chunked", "chunked", "slow", "truncate");
    private static final int STREAMS_AT_A_TIME = 16;

    private final int port;
    private final String cookie;
    private final AtomicLong nonces = new AtomicLong();
    private final AtomicInteger left;
    private final Map<String, AtomicInteger> ends = new ConcurrentSkipListMap<>();
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();

    /** One request. */
    private record Request(String nonce, String way, int lines, int bodyLines, boolean leaves) {
        String path() {
            return "/" + way + "/" + lines + "/" + nonce;
        }

        byte[] body() {
            return (nonce + "\n").repeat(bodyLines).getBytes(US_ASCII);
        }

        byte[] answer() {
            return (nonce + "\n").repeat(lines).getBytes(US_ASCII);
        }
    }

    NonceLoad(int port, String cookie, int requests) {
        this.port = port;
        this.cookie = cookie;
        left = new AtomicInteger(requests);
    }

    /** Sends them all, over HTTP/1.1 and h2c; what ended how often. */
    Map<String, Integer> run(int connections) throws InterruptedException {
        Thread[] threads = new Thread[connections];
        for (int i = 0; i < connections; i++) {
            int number = i;
            threads[i] = new Thread(() -> runOne(number), "nonce-" + i);
            threads[i].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        Map<String, Integer> counts = new TreeMap<>();
        ends.forEach((end, count) -> counts.put(end, count.get()));
        return counts;
    }

    /** Responses, or parts of them, that belong to other requests, and whatever else should not have come. */
    List<String> faults() {
        return List.copyOf(faults);
    }

    private void runOne(int number) {
        SplittableRandom random = new SplittableRandom(number);
        try {
            if (number % 3 == 2) {
                runStreams(random);
            } else {
                while (left.get() > 0) {
                    runConnection(random);
                }
            }
        } catch (IOException | InterruptedException | ExecutionException | TimeoutException e) {
            faults.add(Thread.currentThread().getName() + ": " + e);
        }
    }

    private Request next(SplittableRandom random) {
        boolean uploads = random.nextInt(4) == 0;
        int lines = 1 + random.nextInt(random.nextInt(20) == 0 ? 20_000 : 200);
        int bodyLines = uploads ? 1 + random.nextInt(random.nextInt(10) == 0 ? 20_000 : 200) : 0;
        String nonce = String.format("%08x%08x", nonces.incrementAndGet(), random.nextInt());
        return new Request(nonce, WAYS.get(random.nextInt(WAYS.size())), lines, bodyLines, random.nextInt(20) == 0);
    }

    private void count(String end) {
        ends.computeIfAbsent(end, key -> new AtomicInteger()).incrementAndGet();
    }

    /** Checks what came, of a whole response or the beginning of one. */
    private void check(Request request, int status, String nonce, byte[] body, boolean whole) {
        if (status != 200) {
            count("status " + status);
            if (status != 502 && status != 503) {
                faults.add(request + " got " + status);
            }
            return;
        }
        byte[] answer = request.answer();
        boolean mine = nonce.equals(request.nonce())
                && body.length <= answer.length
                && Arrays.equals(body, Arrays.copyOf(answer, body.length));
        boolean complete = body.length == answer.length;
        if (!mine || (whole && !complete)) {
            faults.add(request + " got " + nonce + " and " + body.length + " bytes, whole: " + whole);
        }
        count(whole ? "whole" : "cut off");
    }

    // ---- HTTP/1.1 ----

    private void runConnection(SplittableRandom random) throws IOException {
        try (HttpConnection connection = new HttpConnection(port)) {
            while (left.getAndDecrement() > 0) {
                Request request = next(random);
                byte[] head = ((request.bodyLines() > 0 ? "POST " : "GET ") + request.path()
                                + " HTTP/1.1\r\nHost: nonce\r\nCookie: " + cookie + "\r\n"
                                + (request.bodyLines() > 0 ? "Content-Length: " + request.body().length + "\r\n" : "")
                                + "\r\n")
                        .getBytes(US_ASCII);
                byte[] body = request.body();
                if (request.leaves() && random.nextBoolean()) {
                    connection.write(head, body, /* bodyLength= */ body.length / 2);
                    count("left");
                    return;
                }
                connection.write(head, body, body.length);
                HttpConnection.Head answer = connection.readHead();
                if (request.leaves()) {
                    check(
                            request,
                            answer.status(),
                            answer.field("nonce"),
                            connection.readSome(answer),
                            /* whole= */ false);
                    return;
                }
                HttpConnection.Body content = connection.readBody(answer);
                check(
                        request,
                        answer.status(),
                        answer.field("nonce"),
                        content.text().getBytes(US_ASCII),
                        content.whole());
                if (!content.whole()
                        || answer.field("connection").toLowerCase(Locale.ROOT).equals("close")) {
                    return;
                }
            }
        } catch (HttpConnection.ClosedException e) {
            count("closed without an answer");
        }
    }

    // ---- h2c ----

    private void runStreams(SplittableRandom random) throws InterruptedException, ExecutionException, TimeoutException {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
        stream(client, new Request("first", "plain", 1, 0, /* leaves= */ false))
                .get(60, TimeUnit.SECONDS); // upgrades the connection
        Queue<CompletableFuture<?>> running = new ArrayDeque<>();
        while (left.getAndDecrement() > 0) {
            running.add(stream(client, next(random)));
            if (running.size() >= STREAMS_AT_A_TIME) {
                running.remove().get(60, TimeUnit.SECONDS);
            }
        }
        for (CompletableFuture<?> last : running) {
            last.get(60, TimeUnit.SECONDS);
        }
    }

    private CompletableFuture<?> stream(HttpClient client, Request request) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + request.path()))
                .header("Cookie", cookie);
        if (request.bodyLines() > 0) {
            builder.POST(HttpRequest.BodyPublishers.ofByteArray(request.body()));
        }
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(builder.build(), HttpResponse.BodyHandlers.ofByteArray());
        if (request.leaves()) {
            answer.cancel(true);
        }
        return answer.handle((response, fault) -> {
            if (response == null) {
                count(request.leaves() ? "stream left" : "stream broken");
            } else {
                count("over " + response.version());
                if (response.statusCode() == 413 && response.version() == HttpClient.Version.HTTP_1_1) {
                    count("413 to an upgrade"); // with more body than Tomcat keeps
                    return null;
                }
                // Tomcat ends a stream that was broken off like a whole one.
                boolean whole = !request.way().equals("truncate");
                check(
                        request,
                        response.statusCode(),
                        response.headers().firstValue("nonce").orElse(""),
                        response.body(),
                        whole);
            }
            return null;
        });
    }
}
