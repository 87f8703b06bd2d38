package io.jvmroute.testing;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.util.List;
import java.util.Random;

/**
 * Makes requests up that carry session ids in every form that a client may think of, the same ones for the same seed, and sends them. {@code
 * -Djvmroute.fuzz.requests=1000000 -Djvmroute.fuzz.seed=7} makes more and others.
 */
public final class FuzzedRequests {
    /** How many. */
    public static final int COUNT = Integer.getInteger("jvmroute.fuzz.requests", 4_000);

    private static final long SEED = Long.getLong("jvmroute.fuzz.seed", 20_260_101L);

    private static final List<String> COOKIE_NAMES =
            List.of("JSESSIONID", "JSESSIONID", "JSESSIONID", "a", "$Version", "XJSESSIONID");
    private static final List<String> PARAMETER_NAMES = List.of(
            "jsessionid",
            "jsessionid",
            "jsessionid",
            "p",
            "xjsessionid",
            "jsessionidx",
            "JSESSIONID",
            "jsessionid%20",
            "%6Asessionid");
    private static final List<String> ROUTES = List.of(".n1", ".n2", ".n1.n2", "", ".", ".n%31", ".N1");
    private static final List<String> SEPARATORS = List.of("; ", ";", " ; ", ";  ", ", ", "; ;", ";\t");
    private static final List<String> NOISE = List.of(
            "", " ", "\"", "\\", "\"\"", "=", "%", "%3B", "%2F", "a\"b", "\u00e4", ",", "{", "é=", "\\\"", "/", "'",
            "@");

    private final Random random = new Random(SEED);

    private <T> T any(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private boolean seldom() {
        return random.nextInt(8) == 0;
    }

    private String id() {
        String id = Integer.toHexString(random.nextInt(1000)) + any(ROUTES);
        return seldom() ? id + any(NOISE) : seldom() ? any(NOISE) + id : id;
    }

    private String cookie() {
        String value = seldom() ? any(NOISE) : random.nextInt(5) == 0 ? '"' + id() + '"' : id();
        String equals = seldom() ? any(List.of(" = ", "= ", " =", "", "==")) : "=";
        return any(COOKIE_NAMES) + equals + value;
    }

    private String cookies() {
        StringBuilder line = new StringBuilder(cookie());
        while (random.nextInt(3) == 0) {
            line.append(any(SEPARATORS)).append(cookie());
        }
        return line.append(seldom() ? any(SEPARATORS) : "").toString();
    }

    private String target() {
        StringBuilder target = new StringBuilder();
        do {
            target.append('/').append(seldom() ? any(List.of("", ".", "..", "%2e", "a%20b", "jsessionid=x.n1")) : "a");
            while (random.nextInt(3) == 0) {
                String equals = seldom() ? any(List.of("", "%3D", "==")) : "=";
                target.append(seldom() ? any(List.of("%3B", ";;")) : ";")
                        .append(any(PARAMETER_NAMES))
                        .append(equals)
                        .append(id());
            }
        } while (random.nextInt(3) == 0);
        if (seldom()) {
            target.append("?jsessionid=").append(id()).append(";jsessionid=").append(id());
        }
        return target.toString().replaceAll("[\" \\\\{é\u00e4]", "%25");
    }

    /** A whole request without a body, on a connection that stays open. */
    private String next() {
        StringBuilder request = new StringBuilder("GET " + target() + " HTTP/1.1\r\nHost: h\r\n");
        while (random.nextInt(5) < 3) {
            request.append("Cookie: ").append(cookies()).append("\r\n");
        }
        return request.append("\r\n").toString();
    }

    /** Sends all of them to the port; what the container refuses is its own affair. */
    public void sendTo(int port) throws IOException {
        RawPeer peer = RawPeer.connect(port);
        for (int i = 0; i < COUNT; i++) {
            boolean open;
            try {
                peer.write(next());
                String head = peer.readHead();
                open = head.startsWith("HTTP/1.1 200")
                        && !head.toLowerCase(java.util.Locale.ROOT).contains("connection: close");
            } catch (EOFException | SocketException refused) {
                open = false;
            }
            if (!open) {
                peer.close();
                peer = RawPeer.connect(port);
            }
        }
        peer.close();
    }
}
