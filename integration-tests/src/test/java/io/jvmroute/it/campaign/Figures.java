package io.jvmroute.it.campaign;

import io.jvmroute.record.AffinityMXBean;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import javax.management.JMException;
import javax.management.JMX;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** What a server of a campaign tells of itself by JMX. */
@SuppressWarnings("BanJNDI") // the connection goes to a process of this campaign
final class Figures implements AutoCloseable {
    private static final String TIMEOUT_MILLIS = "2000";

    private final JMXConnector connector;
    private final AffinityMXBean affinity;

    private Figures(JMXConnector connector, AffinityMXBean affinity) {
        this.connector = connector;
        this.affinity = affinity;
    }

    static Figures of(JMXServiceURL address) throws IOException {
        JMXConnector connector =
                JMXConnectorFactory.connect(address, Map.of("jmx.remote.x.client.connection.check.period", 0L));
        try {
            MBeanServerConnection server = connector.getMBeanServerConnection();
            Set<ObjectName> names = server.queryNames(new ObjectName("io.jvmroute:type=Affinity,*"), null);
            if (names.size() != 1) {
                throw new IOException("MBeans: " + names + " (expected: one)");
            }
            return new Figures(
                    connector, JMX.newMXBeanProxy(server, names.iterator().next(), AffinityMXBean.class));
        } catch (IOException | JMException e) {
            connector.close();
            throw new IOException(e);
        }
    }

    /** Keeps whoever asks a frozen server from waiting for it. */
    static void limitWaits() {
        System.setProperty("sun.rmi.transport.tcp.responseTimeout", TIMEOUT_MILLIS);
        System.setProperty("sun.rmi.transport.connectionTimeout", TIMEOUT_MILLIS);
        System.setProperty("sun.rmi.transport.tcp.handshakeTimeout", TIMEOUT_MILLIS);
    }

    AffinityMXBean affinity() {
        return affinity;
    }

    @Override
    public void close() throws IOException {
        connector.close();
    }
}
