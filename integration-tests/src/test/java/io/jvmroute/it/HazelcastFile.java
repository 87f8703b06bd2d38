package io.jvmroute.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Hazelcast's own configuration of a member that is alone in the cluster {@code of-the-file}, at any port of loopback. */
final class HazelcastFile {
    static final String JOINED = "cluster of-the-file joined";

    private HazelcastFile() {}

    static Path yaml(Path folder) throws IOException {
        return Files.writeString(folder.resolve("hazelcast.yaml"), """
                hazelcast:
                  cluster-name: of-the-file
                  properties: {hazelcast.local.localAddress: 127.0.0.1}
                  advanced-network:
                    enabled: true
                    join: {auto-detection: {enabled: false}}
                    member-server-socket-endpoint-config: {port: {port: 0}}
                """);
    }

    static Path xml(Path folder) throws IOException {
        return Files.writeString(folder.resolve("hazelcast.xml"), """
                <hazelcast xmlns="http://www.hazelcast.com/schema/config">
                  <cluster-name>of-the-file</cluster-name>
                  <properties><property name="hazelcast.local.localAddress">127.0.0.1</property></properties>
                  <advanced-network enabled="true">
                    <join><auto-detection enabled="false"/></join>
                    <member-server-socket-endpoint-config><port>0</port></member-server-socket-endpoint-config>
                  </advanced-network>
                </hazelcast>
                """);
    }
}
