package io.jvmroute.examples.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** Where things lie: the unpacked servers, what this project adds to them, the shop and the templates. */
record Distribution(Path root) {

    private static final Properties VERSIONS = versions();

    /** {@code CATALINA_HOME}; fetched and unpacked if that was not done before. */
    Path tomcat(String major) throws IOException, InterruptedException {
        Path home = target().resolve("tomcat/apache-tomcat-" + VERSIONS.getProperty("tomcat." + major));
        return unpacked(home, "bin/bootstrap.jar", "tomcat-" + major);
    }

    /** {@code JETTY_HOME}; fetched and unpacked if that was not done before. */
    Path jetty() throws IOException, InterruptedException {
        Path home = target().resolve("jetty/jetty-home-" + VERSIONS.getProperty("jetty"));
        return unpacked(home, "start.jar", "jetty");
    }

    Path valve() {
        return root.resolve("tomcat-valve/target")
                .resolve("jvmroute-tomcat-valve-" + VERSIONS.getProperty("jvmroute") + "-all.jar");
    }

    /** The module of Jetty. */
    Path module() {
        return root.resolve("jetty-handler/target")
                .resolve("jvmroute-jetty-handler-" + VERSIONS.getProperty("jvmroute") + "-config.jar");
    }

    Path shop() {
        return target().resolve("shop.war");
    }

    Path templates(String container) {
        return root.resolve("examples/src/main").resolve(container);
    }

    private Path target() {
        return root.resolve("examples/target");
    }

    private Path unpacked(Path home, String proof, String execution) throws IOException, InterruptedException {
        if (!Files.exists(home.resolve(proof))) {
            System.out.println("Fetching " + home.getFileName() + " (once)");
            String wrapper = root.resolve("mvnw").toString();
            int status = new ProcessBuilder(
                            wrapper, "-q", "-B", "-ntp", "-pl", "examples", "dependency:unpack@" + execution)
                    .directory(root.toFile())
                    .inheritIO()
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new IOException("Maven could not fetch " + home.getFileName());
            }
        }
        return home;
    }

    private static Properties versions() {
        Properties versions = new Properties();
        try (InputStream in = Distribution.class.getResourceAsStream("versions.properties")) {
            versions.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return versions;
    }
}
