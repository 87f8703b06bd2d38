package io.jvmroute.it.campaign;

import java.io.IOException;
import java.util.List;
import javax.management.remote.JMXServiceURL;

/** Where the servers of a campaign live: each has a name, and an address and ports by it. */
interface Network extends AutoCloseable {
    /** What a server listens for. */
    enum Service {
        HTTP(8080),
        /** Hazelcast. */
        GRID(5701),
        /** The copies of Tomcat's sessions. */
        TRIBES(4000);

        private final int usualPort;

        Service(int usualPort) {
            this.usualPort = usualPort;
        }

        int usualPort() {
            return usualPort;
        }
    }

    String address(String host);

    /** Where hosts reach this process. */
    String ownAddress();

    int port(String host, Service service);

    /** What the configuration of another server calls it: {@code address:port}. */
    default String endpoint(String host, Service service) {
        return address(host) + ":" + port(host, service);
    }

    /** What runs a command on this host; it replaces itself by the command. */
    List<String> launcher(String host);

    /** What lets this process look into the JVM on this host. */
    String[] jvmArguments(String host);

    /**
     * Where the JVM on this host tells about itself.
     *
     * @throws IOException if it does not yet, or no longer
     */
    JMXServiceURL jmx(String host, ProcessHandle process) throws IOException;

    /** Lets this port of the host answer with a reset. */
    void refuse(String host, Service service) throws IOException;

    /** Swallows what comes to this port of the host. */
    void swallow(String host, Service service) throws IOException;

    /** Swallows what the host sends to this port of others, and what comes to its own. */
    void cut(String host, Service service) throws IOException;

    /** Lets nothing through between the two sides. */
    void split(List<String> side, List<String> otherSide) throws IOException;

    /** Takes back all that was done to the traffic of this host. */
    void heal(String host) throws IOException;

    /** Ends whatever runs on the hosts, and takes them down. May be called again, by any thread. */
    @Override
    void close() throws IOException;
}
