package io.jvmroute.tomcat;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.tomcat.util.modeler.Registry;
import org.junit.jupiter.api.Test;

/** Tomcat finds {@code mbeans-descriptors.xml} beside the valve; each attribute in it can be read. */
final class MBeanDescriptorTest {
    @Test
    void attributes_readable() throws Exception {
        ObjectName name =
                new ObjectName("Catalina:type=Valve,name=AffinityValve,test=" + MBeanDescriptorTest.class.getName());
        AffinityValve valve = new AffinityValve();
        valve.setMode("peer");
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        Registry.getRegistry(null, null).registerComponent(valve, name, null);
        try {
            MBeanAttributeInfo[] attributes = server.getMBeanInfo(name).getAttributes();
            assertThat(attributes)
                    .extracting(MBeanAttributeInfo::getName)
                    .contains("mode", "nodeState", "asyncSupported");
            for (MBeanAttributeInfo attribute : attributes) {
                if (!attribute.getName().equals("modelerType")) {
                    server.getAttribute(name, attribute.getName()); // throws if there is no such getter
                }
            }
            assertThat(server.getAttribute(name, "mode")).isEqualTo("peer");
            assertThat(server.getMBeanInfo(name).getOperations())
                    .as("of a stop, which nothing takes back: operators have io.jvmroute:type=Affinity")
                    .isEmpty();
        } finally {
            Registry.getRegistry(null, null).unregisterComponent(name);
        }
    }
}
