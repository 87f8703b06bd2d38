package io.jvmroute.cluster;

import io.jvmroute.affinity.AffinityKey;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The replicated state as the rest of the product needs it: nodes, pins, keys.
 *
 * <p>No method waits for the network except {@link #join} and {@link #close}. Stages complete on a thread of the grid, exceptionally
 * when the grid is lost or does not answer in time; callers must not block there. Thread-safe.
 */
public interface Grid extends AutoCloseable {
    /** Told what changed, on threads of the grid. Calls for one key come in order. */
    interface Listener {
        /** All node entries as they are now, {@code member} telling whom the grid sees. Who left is listed as LEFT for a while. */
        void nodesChanged(Collection<Node> nodes);

        /** The session has moved: {@code pin.isMoved()}. */
        void pinMoved(AffinityKey key, Pin pin);

        /** The pin of a moved session ended or expired. */
        void pinEnded(AffinityKey key);

        /**
         * All pins of moved sessions, read again: after joining, a membership change or a merge. What the listener knows beyond
         * them is outdated.
         */
        void pinsRead(Collection<MovedPin> moved);

        /** Both sides of a split have met: everyone repeats what it last said about itself. */
        void merged();

        /** More members were lost at once than the grid keeps copies for: some of what it held is gone, and everyone repeats what it last said about itself. */
        void dataLost();

        /** Another member can't reach the node, or the static backend, with this route and url. It may be mistaken, or not see what we see. */
        default void nodeDown(String route, URI url) {}

        /** The grid does not answer, {@code reason} says why; or it does again (null). */
        void degraded(@Nullable String reason);
    }

    /**
     * The pin of a session that left its first owner.
     *
     * @param key the session
     * @param pin its owner now
     */
    record MovedPin(AffinityKey key, Pin pin) {}

    /**
     * Joins the cluster, reads what is there and calls the listener with it; returns when that is done. Called once, on a
     * thread that may wait.
     *
     * @throws GridUnavailableException if joining failed; it may be tried again
     */
    void join(Listener listener) throws GridUnavailableException;

    /** Whether this member has joined and is running. */
    boolean isJoined();

    /** Whether other members hold data, as those do that serve sessions. */
    boolean hasPeers();

    /**
     * Asks another member, which answers members alone, and reads everything again: the listener is told before this returns. Waits for the network.
     *
     * @return whether that was possible
     */
    boolean readFromPeers();

    /** Whether the grid still sees the member that wrote this life of the node. */
    boolean isMember(Node node);

    /** The entry that holds the route now, alive or not, or null. May wait for the network; not for the request path. */
    @Nullable
    Node findNode(String route);

    /** Writes this node's own entry; the implementation repeats it before it expires. */
    CompletionStage<?> publish(Node self);

    /** Repeats this node's own entry no more and leaves what the grid holds as it is: it is another node's. Until the next {@link #publish}. */
    void keepSilent();

    /** Removes this node's own entry: it left. */
    CompletionStage<?> withdraw(Node self);

    /**
     * Moves an existing pin, first writer wins: where the stored pin is {@code from.route()} with an epoch of at most {@code
     * from.epoch()}, it becomes {@code toRoute} with the next epoch and the time to live that it had, or {@code ttl} (zero: none) if it had none or does not tell; else it stays as it is.
     * Where there is none, none is written.
     *
     * @return the pin that is stored now, or null if there is none
     */
    CompletionStage<@Nullable Pin> repin(AffinityKey key, Pin from, String toRoute, Duration ttl);

    /**
     * Agrees on the owner of a key that no node states, first writer wins: as {@link #repin}, but where there is no pin one is written, with
     * the epoch after {@code from}'s.
     *
     * @param from null: the key has had no owner as far as the caller knows; the epoch of a new pin is {@link Pin#FIRST_EPOCH} + 1 then,
     *     so that all nodes mirror it
     * @return the pin that is stored now
     */
    CompletionStage<@Nullable Pin> claim(AffinityKey key, @Nullable Pin from, String toRoute, Duration ttl);

    /**
     * States that this node serves the session: writes {@code pin} where there is none or one with a lower epoch, prolongs the time to live where
     * the stored pin names the same route, and leaves any other as it is.
     *
     * @param ttl until when the pin survives without being stated again; zero: for ever
     * @return the pin that is stored now
     */
    CompletionStage<Pin> own(AffinityKey key, Pin pin, Duration ttl);

    /** Ends the pin of a session that ended, if it still names {@code route}. */
    CompletionStage<?> end(AffinityKey key, String route);

    /** Tells the other members that this one can't reach a node, or a static backend. Nobody answers, and it may get lost. */
    void reportDown(Node node);

    /**
     * The keys that sign hops, the signing one first; made by the first node where none was configured. Empty before the
     * grid was joined.
     */
    List<HopKey> hopKeys();

    /** Leaves gracefully and ends all threads; waits for that, within limits. */
    @Override
    void close();
}
