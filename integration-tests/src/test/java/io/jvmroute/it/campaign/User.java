package io.jvmroute.it.campaign;

import io.jvmroute.it.campaign.UserAgent.Response;
import io.jvmroute.it.campaign.history.Answer;
import io.jvmroute.it.campaign.history.Operation;
import io.jvmroute.it.campaign.history.Operation.Kind;
import io.jvmroute.it.campaign.history.Operation.Sender;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** Someone with one session after the other, who uses all frontends and goes on whatever happens. */
final class User implements Runnable, AutoCloseable {
    private static final int MOST_REQUESTS = 60;
    private static final int THINKING_MILLIS = 150;
    private static final int SLOW_MILLIS = 40;
    private static final int REPLAYED_BYTES = 64 * 1024;
    private static final int VERY_SLOW_MILLIS = 300;
    private static final int BODIES = 65;
    private static final int SMALL_TALK = 83;
    private static final String HANDSHAKE =
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    private static final String NO_CODE = "A".repeat(43);

    private final String name;
    private final SplittableRandom random;
    private final Frontends frontends;
    private final Recorder recorder;
    private int sessions;
    private int requests;
    private volatile boolean leaving;

    // of the session
    private boolean byUrl;
    private @Nullable String id;

    User(String name, long seed, Frontends frontends, Recorder recorder) {
        this.name = name;
        this.random = new SplittableRandom(seed * 31 + name.hashCode());
        this.frontends = frontends;
        this.recorder = recorder;
    }

    /** Lets the user end what is under way, log out, and go. */
    void leave() {
        leaving = true;
    }

    @Override
    public void run() {
        try {
            while (!leaving) {
                visit();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void visit() throws InterruptedException {
        sessions++;
        id = null;
        byUrl = random.nextInt(4) == 0;
        if (!begin()) {
            think();
            return;
        }
        if (random.nextInt(3) == 0 && !post(Kind.LOGIN, "login", new byte[0], null)) {
            return; // who knows the session's id now
        }
        for (int i = random.nextInt(MOST_REQUESTS); i > 0 && !leaving; i--) {
            think();
            act();
        }
        think();
        String last = id;
        if (post(Kind.LOGOUT, "logout", new byte[0], null)) {
            id = last;
            get(Kind.HAUNT, "", null);
        }
    }

    private void think() throws InterruptedException {
        Thread.sleep(random.nextInt(THINKING_MILLIS));
    }

    private boolean begin() {
        return post(Kind.BEGIN, "begin", new byte[0], null);
    }

    private void act() throws InterruptedException {
        switch (frontends.wish()) {
            case ANYTHING -> act(random.nextInt(100));
            case BODIES -> act(random.nextInt(BODIES, SMALL_TALK));
            case PAIRS -> lookTwice();
            case STREAMS -> hold();
            case SLOW_POSTS -> post(Kind.ADD, "add", new byte[0], null, VERY_SLOW_MILLIS);
        }
    }

    private void act(int dice) throws InterruptedException {
        if (dice < 35) {
            get(Kind.LOOK, "", null);
        } else if (dice < BODIES) {
            post(Kind.ADD, "add", new byte[0], null);
        } else if (dice < 73) {
            upload();
        } else if (dice < SMALL_TALK) {
            download();
        } else if (dice < 87) {
            talk();
        } else if (dice < 95) {
            lookTwice();
        } else if (dice < 97) {
            abort();
        } else {
            forge();
        }
    }

    private boolean get(Kind kind, String parameters, @Nullable String expected) {
        String nonce = nonce();
        return send(kind, nonce, frontends.any(random), head("GET", "look", nonce, parameters), new byte[0], expected);
    }

    private boolean post(Kind kind, String path, byte[] body, @Nullable String expected) {
        return post(kind, path, body, expected, random.nextInt(4) == 0 ? SLOW_MILLIS : 0);
    }

    private boolean post(Kind kind, String path, byte[] body, @Nullable String expected, int slowMillis) {
        String nonce = nonce();
        String slow = slowMillis == 0 ? "" : "&slow=" + slowMillis;
        String head = head("POST", path, nonce, "&user=" + name + slow);
        return send(kind, nonce, frontends.any(random), head, body, expected);
    }

    private void upload() {
        byte[] body = new byte[1 + random.nextInt(200_000)];
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) (i * 31 + requests);
        }
        CRC32 checksum = new CRC32();
        checksum.update(body);
        post(
                body.length > REPLAYED_BYTES ? Kind.LONG_UPLOAD : Kind.UPLOAD,
                "upload",
                body,
                Long.toHexString(checksum.getValue()));
    }

    private void download() {
        String nonce = nonce();
        int lines = 1 + random.nextInt(20_000);
        String parameters = "&lines=" + lines + (random.nextBoolean() ? "&chunked=1" : "")
                + (random.nextInt(3) == 0 ? "&slow=1" : "");
        send(
                Kind.DOWNLOAD,
                nonce,
                frontends.any(random),
                head("GET", "look", nonce, parameters),
                new byte[0],
                (nonce + "\n").repeat(lines));
    }

    private void talk() {
        hold(Kind.SOCKET, (agent, head, nonce) -> agent.talk(head, nonce));
    }

    /** Until something else is wished for. */
    private void hold() {
        BooleanSupplier goOn = () -> frontends.wish() == Nemesis.Wish.STREAMS && !leaving;
        if (random.nextBoolean()) {
            hold(Kind.WATCH, (agent, head, nonce) -> agent.watch(head, nonce, goOn));
        } else {
            hold(Kind.EVENTS, (agent, head, nonce) -> agent.follow(head, goOn));
        }
    }

    /** What to do with a request that opens something. */
    private interface Opening {
        Answer open(UserAgent agent, String head, String nonce);
    }

    private void hold(Kind kind, Opening opening) {
        String nonce = nonce();
        String entry = frontends.any(random);
        String head = kind == Kind.EVENTS
                ? head("GET", "look", nonce, "&events=1")
                : head("GET", "socket", nonce, "") + HANDSHAKE;
        long start = System.currentTimeMillis();
        Answer answer = opening.open(frontends.agent(entry), head + "\r\n", nonce);
        record(kind, nonce, entry, start, new Response(answer, "", null, null));
    }

    private void abort() throws InterruptedException {
        String nonce = nonce();
        String entry = frontends.any(random);
        long start = System.currentTimeMillis();
        frontends
                .agent(entry)
                .abort(head("GET", "look", nonce, "&lines=20000&slow=1") + "\r\n", random.nextInt(THINKING_MILLIS));
        record(Kind.ABORT, nonce, entry, start, Response.none(System.currentTimeMillis() - start));
    }

    /** Through all frontends at the same moment. */
    private void lookTwice() {
        List<CompletableFuture<Void>> looks = new ArrayList<>();
        for (String entry : CampaignCluster.FRONTENDS) {
            String nonce = nonce();
            String head = head("GET", "look", nonce, "");
            looks.add(CompletableFuture.runAsync(
                    () -> send(Kind.LOOK, nonce, entry, head, new byte[0], null), frontends.threads()));
        }
        CompletableFuture.allOf(looks.toArray(CompletableFuture[]::new)).join();
    }

    /** Claims to be a node that passes a request on, with a ticket of the right form or of none. */
    private void forge() {
        String nonce = nonce();
        String ticket = random.nextBoolean()
                ? "1;n1;" + nonce
                : "1~key~from~to~10.0.0.1~4711~https~elsewhere~443~~0~~" + NO_CODE;
        String head = head("GET", "look", nonce, "") + "Jvmroute-Hop: " + ticket + "\r\n";
        send(Kind.FORGED, nonce, Frontends.anyServer(random), head, new byte[0], null);
    }

    private String nonce() {
        return name + "-" + sessions + "-" + ++requests;
    }

    /** Of a request, without the end of its head. */
    private String head(String method, String path, String nonce, String parameters) {
        boolean inUrl = byUrl && id != null;
        return method + " /campaign/" + path + (inUrl ? ";jsessionid=" + id : "") + "?nonce=" + nonce + parameters
                + " HTTP/1.1\r\nHost: campaign\r\n" + (id == null || inUrl ? "" : "Cookie: JSESSIONID=" + id + "\r\n");
    }

    /** Whether a good answer came. */
    private boolean send(Kind kind, String nonce, String entry, String head, byte[] body, @Nullable String expected) {
        String length = kind.isPost() ? "Content-Length: " + body.length + "\r\n" : "";
        long start = System.currentTimeMillis();
        Response response = frontends.agent(entry).exchange(head + length + "\r\n", body, expected);
        return record(kind, nonce, entry, start, response);
    }

    private synchronized boolean record(Kind kind, String nonce, String entry, long start, Response response) {
        Operation operation = new Operation(
                new Sender(name, name + "-" + sessions, entry),
                kind,
                nonce,
                start,
                System.currentTimeMillis(),
                response.answer());
        recorder.add(operation);
        if (kind != Kind.ABORT) {
            frontends.tell(entry, response.answer().status());
        }
        String next = byUrl ? response.urlId() : response.cookieId();
        if (next != null && kind != Kind.HAUNT && kind != Kind.FORGED) {
            id = next;
        }
        return operation.isSuccess();
    }

    @Override
    public void close() {
        frontends.close();
    }
}
