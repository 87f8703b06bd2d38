package io.jvmroute.tomcat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.apache.catalina.valves.ValveBase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class IsolatedClassLoaderTest {
    private static final ClassLoader PARENT = IsolatedClassLoaderTest.class.getClassLoader();

    @TempDir
    private Path temp;

    private IsolatedClassLoader loader;

    /** Of the tests' classes: the test itself stands for a visible class, the same class in a subpackage can't be made here. */
    @BeforeEach
    void open() throws IOException {
        Path classes = temp.resolve("classes");
        copy(Sample.class.getName().replace('.', '/') + ".class", classes);
        copy("org/assertj/core/api/Assertions.class", classes);
        Files.createDirectories(classes.resolve("META-INF/services"));
        Files.writeString(classes.resolve("META-INF/services/sample"), "here");
        loader = new IsolatedClassLoader(List.of(classes.toUri().toURL()), PARENT);
    }

    private static void copy(String resource, Path folder) throws IOException {
        Path target = folder.resolve(resource);
        Files.createDirectories(target.getParent());
        try (InputStream in = PARENT.getResourceAsStream(resource)) {
            Files.copy(in, target);
        }
    }

    @AfterEach
    void close() throws IOException {
        loader.close();
    }

    @Test
    void loadClass_visiblePackage_fromTheParent() throws ClassNotFoundException {
        assertThat(loader.loadClass(Sample.class.getName())).isSameAs(Sample.class);
    }

    @Test
    void loadClass_jdkAndTomcat_fromTheParent() throws ClassNotFoundException {
        assertThat(loader.loadClass("java.sql.Driver")).isSameAs(java.sql.Driver.class);
        assertThat(loader.loadClass(ValveBase.class.getName())).isSameAs(ValveBase.class);
    }

    @Test
    void loadClass_inBoth_fromHere() throws ClassNotFoundException {
        assertThat(loader.loadClass("org.assertj.core.api.Assertions").getClassLoader())
                .isSameAs(loader);
    }

    @Test
    void loadClass_otherOnlyInTheParent_fromTheParent() throws ClassNotFoundException {
        assertThat(loader.loadClass(Test.class.getName())).isSameAs(Test.class);
    }

    @Test
    void loadClass_ownOnlyInTheParent_hidden() {
        for (String own : List.of("com.hazelcast.core.Hazelcast", "io.jvmroute.affinity.Affinity")) {
            assertThat(own).satisfies(PARENT::loadClass);
            assertThatThrownBy(() -> loader.loadClass(own)).isInstanceOf(ClassNotFoundException.class);
        }
    }

    @Test
    void getResources_here_notTheParents() throws IOException {
        List<URL> found = Collections.list(loader.getResources("META-INF/services/sample"));
        assertThat(found).singleElement().satisfies(url -> {
            try (InputStream in = url.openStream()) {
                assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                        .isEqualTo("here");
            }
        });
    }

    @Test
    void getResources_hazelcastOnlyInTheParent_none() throws IOException {
        String service = "META-INF/services/com.hazelcast.DataSerializerHook";
        assertThat(PARENT.getResources(service).hasMoreElements()).isTrue();
        assertThat(loader.getResources(service).hasMoreElements()).isFalse();
    }

    /** Stands for a class that Tomcat and the corridor share. */
    static final class Sample {}
}
