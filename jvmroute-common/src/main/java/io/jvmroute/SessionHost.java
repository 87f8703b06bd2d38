package io.jvmroute;

import io.jvmroute.record.OwnedPin;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The sessions of this node's container, as far as a drain needs them. Thread-safe; its methods may wait for a session store, but for no other node. */
public interface SessionHost {
    /** No sessions. */
    SessionHost NONE = new SessionHost() {
        @Override
        public boolean holds(String sessionId) {
            return true; // nobody can tell
        }

        @Override
        public void forEach(BiConsumer<String, OwnedPin> visitor) {
            // none
        }

        @Override
        public Release release(String sessionId, BooleanSupplier departs, Consumer<String> unserializable) {
            return Release.STAYS;
        }
    };

    /** What became of a session that is to leave. */
    enum Release {
        /** Its newest data can be read by the other nodes, and nothing here will change them. */
        RELEASED,
        /** A request is in it, or its newest data are still on their way to the other nodes. */
        NOT_YET,
        /** Its data are this node's alone. */
        STAYS
    }

    /**
     * Whether what is {@link #release released} is in a store where every node reads the newest data once a request of the session comes to it, rather than in copies
     * that may be old.
     */
    default boolean sharesData() {
        return false;
    }

    /** Whether a session of this id lives here, served since the start or not. */
    boolean holds(String sessionId);

    /** Shows all sessions that were served here, by id. */
    void forEach(BiConsumer<String, OwnedPin> visitor);

    /**
     * Lets go of a session. Called while no request is in it, as far as they are counted; one may come in meanwhile, and must find the session.
     *
     * @param departs asked once, last of all before what this node keeps is dropped: whether no request has come in; none is let in from then on
     * @param unserializable told the class of an attribute for whose sake the session stays
     */
    Release release(String sessionId, BooleanSupplier departs, Consumer<String> unserializable);
}
