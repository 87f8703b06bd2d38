package io.jvmroute.examples.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** Where things lie: the unpacked Tomcat, the valve's archive, the shop and the templates. */
record Distribution(Path tomcat, Path valve, Path shop, Path templates) {

    /** Fetches and unpacks the Tomcat if that was not done before. */
    static Distribution find(Path root, String major) throws IOException, InterruptedException {
        Properties versions = versions();
        Path target = root.resolve("examples/target");
        Path tomcat = target.resolve("tomcat/apache-tomcat-" + versions.getProperty("tomcat." + major));
        if (!Files.exists(tomcat.resolve("bin/bootstrap.jar"))) {
            unpack(root, major, tomcat.getFileName());
        }
        String archive = "jvmroute-tomcat-valve-" + versions.getProperty("valve") + "-all.jar";
        return new Distribution(
                tomcat,
                root.resolve("tomcat-valve/target").resolve(archive),
                target.resolve("shop.war"),
                root.resolve("examples/src/main/tomcat"));
    }

    private static void unpack(Path root, String major, Path name) throws IOException, InterruptedException {
        System.out.println("Fetching " + name + " (once)");
        String wrapper = root.resolve("mvnw").toString();
        int status = new ProcessBuilder(
                        wrapper, "-q", "-B", "-ntp", "-pl", "examples", "dependency:unpack@tomcat-" + major)
                .directory(root.toFile())
                .inheritIO()
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException("Maven could not fetch " + name);
        }
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
