package io.jvmroute.it.campaign;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.jvmroute.it.HttpConnection;
import io.jvmroute.it.campaign.history.Answer;
import io.jvmroute.it.campaign.history.Served;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A user's connection to one frontend, kept for a while, and nothing repeated but a WebSocket that is told to come again. For one thread at a time. */
final class UserAgent implements AutoCloseable {
    private static final long KEPT_NANOS = 5_000_000_000L;
    private static final int LOOK_MILLIS = 50;
    private static final Pattern COOKIE = Pattern.compile("JSESSIONID=([^;]*)");
    private static final Pattern PARAMETER = Pattern.compile(";jsessionid=([^?#/]*)");
    private static final String SERVICE_RESTART = "\u0003\u00f4"; // 1012

    private final InetSocketAddress address;
    private final int patienceMillis;
    private @Nullable HttpConnection connection;
    private long used;
    private boolean mayComeAgain;

    /**
     * What came back.
     *
     * @param text the body
     * @param cookieId the session id that a cookie sets
     * @param urlId the session id in encoded addresses
     */
    record Response(
            Answer answer,
            String text,
            @Nullable String cookieId,
            @Nullable String urlId) {
        static Response none(long millis) {
            return new Response(Answer.none(millis), "", null, null);
        }
    }

    UserAgent(InetSocketAddress address, int patienceMillis) {
        this.address = address;
        this.patienceMillis = patienceMillis;
    }

    /** Sends a request and waits for all of its answer; {@code expected} is the body that makes it intact, or null if that is the line of the header. */
    Response exchange(String head, byte[] body, @Nullable String expected) {
        long start = System.currentTimeMillis();
        try {
            HttpConnection open = connect();
            open.write(head.getBytes(ISO_8859_1), body, body.length);
            HttpConnection.Head response = open.readHead();
            long headMillis = System.currentTimeMillis() - start;
            HttpConnection.Body content = open.readBody(response);
            used = System.nanoTime();
            if (!content.whole() || response.field("connection").contains("close")) {
                close();
            }
            String line = response.field("campaign");
            boolean intact = content.text().equals(expected == null ? line : expected);
            return new Response(
                    new Answer(response.status(), headMillis, content.whole(), intact, served(line)),
                    content.text(),
                    find(COOKIE, response.field("set-cookie")),
                    find(PARAMETER, response.field("campaign-url")));
        } catch (IOException | RuntimeException e) { // nothing, or nothing that makes sense
            close();
            return Response.none(System.currentTimeMillis() - start);
        }
    }

    /** Sends a request on a connection of its own, and closes that after a while, whatever has come. */
    void abort(String head, int afterMillis) throws InterruptedException {
        try (HttpConnection brief = new HttpConnection(address, patienceMillis)) {
            brief.write(head);
            Thread.sleep(afterMillis);
        } catch (IOException e) {
            return; // it could not even be sent
        }
    }

    /** Opens a WebSocket of its own, sends one message, and waits for the answer. If it is told to come again, since its session moves, it does, once. */
    Answer talk(String head, String message) {
        mayComeAgain = false;
        Answer answer = watch(head, message, () -> false);
        return mayComeAgain ? watch(head, message, () -> false) : answer;
    }

    /** The same, and stays until the server closes it, or it has been long enough. */
    Answer watch(String head, String message, BooleanSupplier goOn) {
        return hold(head, 101, goOn, (socket, response) -> {
            // RFC 6455 §5.2: a text frame, masked with zeros
            socket.write("\u0081" + (char) (0x80 | message.length()) + "\0\0\0\0" + message);
            byte[] start = socket.read(2);
            if (isClose(start)) {
                mayComeAgain = new String(socket.read(start[1]), ISO_8859_1).startsWith(SERVICE_RESTART);
                throw new EOFException("closed before the answer");
            }
            return new String(socket.read(start[1]), ISO_8859_1);
        });
    }

    /** Follows a stream of events until it ends, or it has been long enough. */
    Answer follow(String head, BooleanSupplier goOn) {
        return hold(head, 200, goOn, (stream, response) -> response.field("campaign"));
    }

    /** What is said at the beginning of something that stays open. */
    private interface Beginning {
        String read(HttpConnection open, HttpConnection.Head response) throws IOException;
    }

    private Answer hold(String head, int status, BooleanSupplier goOn, Beginning beginning) {
        long start = System.currentTimeMillis();
        try (HttpConnection open = new HttpConnection(address, patienceMillis)) {
            open.write(head);
            HttpConnection.Head response = open.readHead();
            long headMillis = System.currentTimeMillis() - start;
            if (response.status() != status) {
                boolean whole = open.readBody(response).whole();
                return new Answer(response.status(), headMillis, whole, /* intact= */ false, null);
            }
            return hold(open, response, goOn, beginning, headMillis);
        } catch (IOException | RuntimeException e) {
            return Answer.none(System.currentTimeMillis() - start);
        }
    }

    private static Answer hold(
            HttpConnection open,
            HttpConnection.Head response,
            BooleanSupplier goOn,
            Beginning beginning,
            long headMillis) {
        try {
            Served served = served(beginning.read(open, response));
            boolean lasts = true;
            boolean intact = served != null;
            while (lasts && goOn.getAsBoolean()) {
                byte[] part = open.poll(LOOK_MILLIS);
                lasts = part != null && !isClose(part);
                if (part != null && isLastChunk(part)) {
                    return new Answer(response.status(), headMillis, /* whole= */ true, /* intact= */ false, served);
                }
            }
            return new Answer(response.status(), headMillis, /* whole= */ lasts, intact, served);
        } catch (IOException e) {
            return new Answer(response.status(), headMillis, /* whole= */ false, /* intact= */ false, null);
        }
    }

    /** RFC 6455 §5.5.1. */
    private static boolean isClose(byte[] frames) {
        return frames.length > 0 && frames[0] == (byte) 0x88;
    }

    /** RFC 9112 §7.1: a stream that a node had no time to end is not declared complete. */
    private static boolean isLastChunk(byte[] chunks) {
        return new String(chunks, ISO_8859_1).endsWith("\r\n0\r\n\r\n")
                || new String(chunks, ISO_8859_1).equals("0\r\n\r\n");
    }

    private static @Nullable Served served(String line) {
        String[] parts = line.split("\\|", -1);
        if (parts.length != 7) {
            return null;
        }
        String user = parts[3].equals("-") ? null : parts[3];
        return new Served(
                parts[0],
                parts[1],
                parts[2],
                user,
                Long.parseLong(parts[4]),
                Long.parseLong(parts[5]),
                Long.parseLong(parts[6]));
    }

    private static @Nullable String find(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? matcher.group(1) : null;
    }

    private HttpConnection connect() throws IOException {
        if (connection != null && System.nanoTime() - used > KEPT_NANOS) { // the server may just be closing it
            close();
        }
        if (connection == null) {
            connection = new HttpConnection(address, patienceMillis);
        }
        return connection;
    }

    @Override
    public void close() {
        if (connection != null) {
            try {
                connection.close();
            } catch (IOException e) {
                throw new AssertionError(e); // a socket's close does not fail
            } finally {
                connection = null;
            }
        }
    }
}
