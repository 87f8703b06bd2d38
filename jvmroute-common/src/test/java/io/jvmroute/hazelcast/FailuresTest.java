package io.jvmroute.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.config.ClassFilter;
import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A call whose failure a member may not read never ends. */
final class FailuresTest {
    /** Of what our members do: join, see partitions move, use maps and a topic. */
    private static final Set<String> PACKAGES = Set.of(
            "com.hazelcast.core",
            "com.hazelcast.internal.cluster.impl",
            "com.hazelcast.internal.partition",
            "com.hazelcast.map",
            "com.hazelcast.partition",
            "com.hazelcast.query",
            "com.hazelcast.spi.exception",
            "com.hazelcast.splitbrainprotection",
            "com.hazelcast.topic");

    @Test
    void failures_ofHazelcast_mayAllBeRead() throws Exception {
        Config config = new Config();
        MemberConfig.serialization(config);
        ClassFilter allowed = config.getSerializationConfig()
                .getJavaSerializationFilterConfig()
                .getWhitelist();
        List<String> failures = failures();
        assertThat(failures).hasSizeGreaterThan(20);
        assertThat(failures)
                .allSatisfy(name -> assertThat(allowed.isListed(name)).as(name).isTrue());
        assertThat(allowed.isListed("java.util.HashMap")).isFalse();
    }

    private static List<String> failures() throws Exception {
        Path jar = Path.of(Hazelcast.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.stream()
                    .map(JarEntry::getName)
                    .filter(name -> name.endsWith("Exception.class"))
                    .map(name ->
                            name.substring(0, name.length() - ".class".length()).replace('/', '.'))
                    .filter(name -> PACKAGES.contains(name.substring(0, name.lastIndexOf('.'))))
                    .collect(Collectors.toList());
        }
    }
}
