package io.jvmroute.it.campaign.history;

/**
 * One request that a user sent, and what came back.
 *
 * @param nonce what this request alone carries
 * @param start when it was sent, in ms of the wall clock that all processes of the machine share
 * @param end when the answer was complete, or nothing more was to come
 */
public record Operation(Sender sender, Kind kind, String nonce, long start, long end, Answer answer) {
    /**
     * Who sent it.
     *
     * @param session the user's own name for one session; an id changes when the session moves
     * @param entry the frontend that it was sent to
     */
    public record Sender(String user, String session, String entry) {}

    /** What was asked for. */
    public enum Kind {
        /** A new session. */
        BEGIN,
        /** The counter. */
        LOOK,
        /** The next value of the counter. */
        ADD,
        /** The same, with a body. */
        UPLOAD,
        /** The same, with a body that is too long to be kept for a second try. */
        LONG_UPLOAD,
        /** A body whose every byte the nonce determines. */
        DOWNLOAD,
        /** A WebSocket and one message each way. */
        SOCKET,
        /** The same, and a new id for the session. */
        LOGIN,
        /** A WebSocket that stays open until its user closes it. */
        WATCH,
        /** The same with a stream of events. */
        EVENTS,
        /** The end of the session. */
        LOGOUT,
        /** A look at a session that has ended. */
        HAUNT,
        /** A download that the user breaks off. */
        ABORT,
        /** A request with a hop header that no node has made. */
        FORGED;

        /** Whether it is meant to succeed. */
        public boolean isEarnest() {
            return this != ABORT && this != FORGED;
        }

        /** Whether it lasts until its user ends it; the answer is whole if that was so, and the application's word is that of the beginning. */
        public boolean isHeld() {
            return this == WATCH || this == EVENTS;
        }

        /** Whether the application notes each execution. */
        public boolean isPost() {
            return this == BEGIN
                    || this == ADD
                    || this == UPLOAD
                    || this == LONG_UPLOAD
                    || this == LOGIN
                    || this == LOGOUT;
        }
    }

    /** Whether all of a good answer came. */
    public boolean isSuccess() {
        return answer.status() >= 100 && answer.status() < 300 && answer.whole();
    }

    /** Whether the application answered out of the user's own session. */
    boolean isServed() {
        Served served = answer.served();
        return isSuccess() && served != null && sender.user().equals(served.user());
    }

    /** Whether both were under way at some moment. */
    boolean overlaps(Operation other) {
        return start < other.end && other.start < end;
    }
}
