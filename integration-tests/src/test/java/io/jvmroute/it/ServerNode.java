package io.jvmroute.it;

import java.io.IOException;
import java.net.URI;

/** A real server in a process of its own, of whichever kind. */
public interface ServerNode extends AutoCloseable {
    /**
     * Starts the node and waits until it answers.
     *
     * @throws IllegalStateException if the process ends or stays silent instead; the message is its log
     */
    ServerNode start() throws IOException;

    /** Starts the process only. */
    void launch() throws IOException;

    /** Sends a SIGTERM and waits for the end; the exit status. */
    int stop();

    /** Sends a SIGKILL and waits for the end. */
    void kill();

    /**
     * Waits until the process ends by itself; the exit status.
     *
     * @throws IllegalStateException if it doesn't; the message is its log
     */
    int awaitEnd();

    /** Whether there is a process. */
    boolean isRunning();

    /** The process, to freeze it or to look at it. */
    ProcessHandle handle();

    /** What the process has printed since its last start. */
    String log() throws IOException;

    /** An address on this node. */
    URI uri(String path);

    /** Ends the process, whatever it does. Its files stay, to be read. */
    @Override
    void close();
}
