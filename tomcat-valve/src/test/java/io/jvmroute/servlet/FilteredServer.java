package io.jvmroute.servlet;

import jakarta.servlet.http.HttpServlet;
import java.util.Map;
import javax.net.ssl.SSLContext;

/** A server with one application, at the root, behind the filter. HTTP on loopback, at a port that was known before. */
interface FilteredServer {
    /** Makes one and starts it. */
    @FunctionalInterface
    interface Factory {
        FilteredServer start(Setup setup, Map<String, String> options) throws Exception;
    }

    /**
     * What all servers have, whatever the container.
     *
     * @param containerRoute what the container calls itself; null: nothing
     * @param probe what answers, at {@code /oops} as the page of 400
     * @param tls by what its port speaks TLS; null: it does not
     */
    record Setup(int port, String containerRoute, HttpServlet probe, SSLContext tls) {}

    /** Stops it, as its administrator would. */
    void stop() throws Exception;
}
