package io.jvmroute;

/** The clients of this node, as far as its stop needs them. Thread-safe; no method waits long. */
public interface ClientConnections {
    /** Whose requests are those that forwards carry and threads work on alone, and who can't be turned away. */
    ClientConnections UNKNOWN = new ClientConnections() {
        @Override
        public int requests() {
            return 0;
        }

        @Override
        public void endStreams() {
            // nothing is known of any
        }

        @Override
        public boolean tryRefuseNew() {
            return false;
        }

        @Override
        public int open() {
            return 0;
        }
    };

    /** How many requests the applications of this node work on, with those that wait asynchronously; event streams only once they are to end. */
    int requests();

    /** Ends event streams in good order, where the container can: their clients come again, by themselves and to whoever has their session now. */
    void endStreams();

    /**
     * From now on accepts no connections, and ends those that there are after their next response.
     *
     * @return whether it does: some containers can't before they stop
     */
    boolean tryRefuseNew();

    /** How many connections are open; as many as ever where that is not known. */
    int open();
}
