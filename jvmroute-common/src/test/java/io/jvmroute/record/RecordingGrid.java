package io.jvmroute.record;

import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.cluster.Grid;
import io.jvmroute.cluster.GridUnavailableException;
import io.jvmroute.cluster.HopKey;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.Pin;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A grid that writes down what it is told about pins and answers when the test says so, in the order of the calls. */
final class RecordingGrid implements Grid {
    private final List<String> sent = new ArrayList<>();
    private final Deque<CompletableFuture<Pin>> open = new ArrayDeque<>();
    private boolean joined = true;
    private boolean holdsEnds;

    /** What came since the last look. */
    List<String> sent() {
        List<String> since = List.copyOf(sent);
        sent.clear();
        return since;
    }

    void answer(Pin stored) {
        open.remove().complete(stored);
    }

    void fail() {
        open.remove().completeExceptionally(new IllegalStateException("no answer in time"));
    }

    void joined(boolean now) {
        joined = now;
    }

    /** Ends too wait for an answer from now on; before, they succeed at once. */
    void holdEnds() {
        holdsEnds = true;
    }

    @Override
    public void reportDown(Node node) {
        throw new AssertionError(node);
    }

    @Override
    public boolean isJoined() {
        return joined;
    }

    @Override
    public boolean hasPeers() {
        return false;
    }

    @Override
    public boolean readFromPeers() {
        return false;
    }

    @Override
    public CompletionStage<Pin> own(AffinityKey key, Pin pin, Duration ttl) {
        return take("own " + key + " " + pin.route() + "/" + pin.epoch() + " " + ttl);
    }

    @Override
    public CompletionStage<?> end(AffinityKey key, String route) {
        CompletableFuture<Pin> answer = take("end " + key + " " + route);
        if (!holdsEnds) {
            open.removeLast().complete(null);
        }
        return answer;
    }

    private CompletableFuture<Pin> take(String call) {
        if (!joined) {
            throw new AssertionError(call + " before the grid was joined");
        }
        sent.add(call);
        CompletableFuture<Pin> answer = new CompletableFuture<>();
        open.add(answer);
        return answer;
    }

    // ---- none of this is a recorder's business ----

    @Override
    public void join(Listener listener) throws GridUnavailableException {
        throw new AssertionError();
    }

    @Override
    public boolean isMember(Node node) {
        throw new AssertionError(node);
    }

    @Override
    public Node findNode(String route) {
        throw new AssertionError(route);
    }

    @Override
    public CompletionStage<?> publish(Node self) {
        throw new AssertionError(self);
    }

    @Override
    public void keepSilent() {
        throw new AssertionError();
    }

    @Override
    public CompletionStage<?> withdraw(Node self) {
        throw new AssertionError(self);
    }

    @Override
    public CompletionStage<Pin> repin(AffinityKey key, Pin from, String toRoute, Duration ttl) {
        throw new AssertionError(key);
    }

    @Override
    public CompletionStage<Pin> claim(AffinityKey key, Pin from, String toRoute, Duration ttl) {
        throw new AssertionError(key);
    }

    @Override
    public List<HopKey> hopKeys() {
        throw new AssertionError();
    }

    @Override
    public void close() {
        throw new AssertionError();
    }
}
