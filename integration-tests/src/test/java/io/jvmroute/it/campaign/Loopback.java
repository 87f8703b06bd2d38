package io.jvmroute.it.campaign;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import io.jvmroute.it.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.management.remote.JMXServiceURL;

/** All hosts are 127.0.0.1, with ports of their own: for machines that permit no {@link Namespaces}. Nothing can be done to the traffic here. */
final class Loopback implements Network {
    private static final String ADDRESS = "127.0.0.1";

    private final Map<String, Map<Service, Integer>> ports = new HashMap<>();

    private Loopback() {}

    /** With a host of each of these names. */
    static Loopback create(List<String> hosts) {
        Loopback network = new Loopback();
        FreePorts free = new FreePorts();
        for (String host : hosts) {
            Map<Service, Integer> own = new EnumMap<>(Service.class);
            for (Service service : Service.values()) {
                own.put(service, free.take());
            }
            network.ports.put(host, own);
        }
        Ending.closeAtEnd(network);
        return network;
    }

    @Override
    public String address(String host) {
        return ADDRESS;
    }

    @Override
    public String ownAddress() {
        return ADDRESS;
    }

    @Override
    public int port(String host, Service service) {
        return Objects.requireNonNull(
                Objects.requireNonNull(ports.get(host), host).get(service));
    }

    @Override
    public List<String> launcher(String host) {
        return List.of();
    }

    @Override
    public String[] jvmArguments(String host) {
        return new String[0];
    }

    /** By attaching to the process: no port to choose, and none that others could reach. */
    @Override
    public JMXServiceURL jmx(String host, ProcessHandle process) throws IOException {
        // a JVM that has just begun might take the attempt for a SIGQUIT
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port(host, Service.HTTP)))
                .close();
        try {
            VirtualMachine machine = VirtualMachine.attach(String.valueOf(process.pid()));
            try {
                return new JMXServiceURL(machine.startLocalManagementAgent());
            } finally {
                machine.detach();
            }
        } catch (AttachNotSupportedException e) {
            throw new IOException(host, e);
        }
    }

    @Override
    public void refuse(String host, Service service) {
        throw notHere();
    }

    @Override
    public void swallow(String host, Service service) {
        throw notHere();
    }

    @Override
    public void cut(String host, Service service) {
        throw notHere();
    }

    @Override
    public void split(List<String> side, List<String> otherSide) {
        throw notHere();
    }

    @Override
    public void heal(String host) {
        throw notHere();
    }

    private static UnsupportedOperationException notHere() {
        return new UnsupportedOperationException("traffic on loopback (expected: network namespaces)");
    }

    @Override
    public void close() {} // the servers are all that there is
}
