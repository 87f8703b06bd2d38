package io.jvmroute.it;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import io.jvmroute.record.AffinityMXBean;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.ThreadMXBean;
import java.util.List;
import javax.management.JMException;
import javax.management.JMX;
import javax.management.MBeanServerConnection;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.jspecify.annotations.Nullable;

/** What a running node tells by JMX. Attaches to its process: no port to choose, and none that others could reach. */
@SuppressWarnings("BanJNDI") // the connection goes to a process of this test
final class NodeJmx implements AutoCloseable {
    private final JMXConnector connector;
    private final MBeanServerConnection server;
    private final AffinityMXBean affinity;
    private final MemoryMXBean memory;
    private final ThreadMXBean threads;
    private final BufferPoolMXBean direct;

    private NodeJmx(
            JMXConnector connector,
            MBeanServerConnection server,
            AffinityMXBean affinity,
            MemoryMXBean memory,
            ThreadMXBean threads,
            BufferPoolMXBean direct) {
        this.threads = threads;
        this.connector = connector;
        this.server = server;
        this.affinity = affinity;
        this.memory = memory;
        this.direct = direct;
    }

    static NodeJmx attach(long pid, String route) throws IOException {
        try {
            VirtualMachine machine = VirtualMachine.attach(String.valueOf(pid));
            JMXConnector connector =
                    JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent()));
            machine.detach();
            MBeanServerConnection server = connector.getMBeanServerConnection();
            ObjectName name = new ObjectName("io.jvmroute:type=Affinity,route=" + route);
            return new NodeJmx(
                    connector,
                    server,
                    JMX.newMXBeanProxy(server, name, AffinityMXBean.class),
                    ManagementFactory.newPlatformMXBeanProxy(
                            server, ManagementFactory.MEMORY_MXBEAN_NAME, MemoryMXBean.class),
                    ManagementFactory.newPlatformMXBeanProxy(
                            server, ManagementFactory.THREAD_MXBEAN_NAME, ThreadMXBean.class),
                    ManagementFactory.newPlatformMXBeanProxy(
                            server, "java.nio:type=BufferPool,name=direct", BufferPoolMXBean.class));
        } catch (AttachNotSupportedException | MalformedObjectNameException e) {
            throw new IOException(route, e);
        }
    }

    /** Makes a Tomcat look for a new application of this name. */
    void deploy(String application) throws IOException {
        try {
            Object[] arguments = {application};
            server.invoke(new ObjectName("Catalina:type=Deployer,host=localhost"), "check", arguments, new String[] {
                String.class.getName()
            });
        } catch (JMException e) {
            throw new IOException(application, e);
        }
    }

    /** How many sessions and copies of sessions the web application at this path holds on a Tomcat. */
    int tomcatSessions(String path) throws IOException {
        try {
            return (Integer) server.getAttribute(
                    new ObjectName("Catalina:type=Manager,host=localhost,context=" + path), "activeSessions");
        } catch (JMException e) {
            throw new IOException(path, e);
        }
    }

    /** The members of a Tomcat's Cluster that have not acknowledged their copies. */
    List<String> silentMembers() throws IOException {
        try {
            ObjectName any = new ObjectName("*:component=Interceptor,interceptorName=SilentMemberInterceptor,*");
            for (ObjectName name : server.queryNames(any, null)) {
                return List.of((String[]) server.getAttribute(name, "SilentMembers"));
            }
            throw new IOException("no " + any);
        } catch (JMException e) {
            throw new IOException("SilentMembers", e);
        }
    }

    /** Whether the session store of a Jetty ({@link JettyBase#sessionStore}) has this many members, and all data on two of them. */
    boolean isStoreWhole(int members) throws IOException {
        return Integer.valueOf(members).equals(hazelcastAttribute("HazelcastInstance", "memberCount"))
                && Boolean.TRUE.equals(hazelcastAttribute("HazelcastInstance.PartitionServiceMBean", "isClusterSafe"));
    }

    /** Null while there is no such object. */
    private @Nullable Object hazelcastAttribute(String type, String attribute) throws IOException {
        try {
            for (ObjectName name : server.queryNames(new ObjectName("com.hazelcast:type=" + type + ",*"), null)) {
                return server.getAttribute(name, attribute);
            }
            return null;
        } catch (JMException e) {
            throw new IOException(type, e);
        }
    }

    /** How many writes to pins of its own partitions this node has counted, where Hazelcast is configured to do so. */
    long pinWrites() throws IOException {
        Object writes = hazelcastAttribute("IMap,name=jvmroute.pins", "localPutOperationCount");
        if (writes == null) {
            throw new IOException("no statistics of jvmroute.pins");
        }
        return (Long) writes;
    }

    /** How many threads live. */
    int threads() {
        return threads.getThreadCount();
    }

    AffinityMXBean affinity() {
        return affinity;
    }

    /** The least of three collections in a row. */
    long heapAfterGc() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            memory.gc();
            least = Math.min(least, memory.getHeapMemoryUsage().getUsed());
        }
        return least;
    }

    /** What direct buffers hold, in bytes. */
    long directMemory() {
        return direct.getMemoryUsed();
    }

    @Override
    public void close() throws IOException {
        connector.close();
    }
}
