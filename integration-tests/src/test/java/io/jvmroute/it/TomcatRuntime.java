package io.jvmroute.it;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * An unpacked Tomcat distribution and the JDK that it shall run on.
 *
 * <p>The JDK of the tests, or those that the system property {@code jvmroute.it.javaHomes} lists, separated like a class path.
 */
public record TomcatRuntime(String tomcatVersion, Path home, Path javaHome) {
    /** Each distribution on each JDK. */
    public static List<TomcatRuntime> all() {
        List<TomcatRuntime> runtimes = new ArrayList<>();
        String homes = System.getProperty("jvmroute.it.javaHomes", System.getProperty("java.home"));
        for (String javaHome : homes.split(File.pathSeparator, -1)) {
            for (String version : List.of(property("tomcat10.version"), property("tomcat11.version"))) {
                runtimes.add(new TomcatRuntime(
                        version, distributions().resolve("apache-tomcat-" + version), Path.of(javaHome)));
            }
        }
        return runtimes;
    }

    /** Tomcat 11 on the first of the JDKs. */
    public static TomcatRuntime tomcat11() {
        return all().stream()
                .filter(runtime -> runtime.tomcatVersion().equals(property("tomcat11.version")))
                .findFirst()
                .orElseThrow();
    }

    /** The shop of the examples. */
    public static Path shop() {
        return distributions().resolve("shop.war");
    }

    /** The self-contained JAR. */
    public static Path jar() {
        return distributions().resolve("jvmroute-tomcat-valve-all.jar");
    }

    private static Path distributions() {
        return Path.of(property("jvmroute.it.distributions"));
    }

    /** What the build gives to the JVM of each node; nothing outside of its tests. */
    static List<String> jvmArguments() {
        String arguments = System.getProperty("jvmroute.it.jvmArguments", "");
        return arguments.isEmpty() ? List.of() : List.of(arguments.split(" "));
    }

    /** A system property that the build, or the script of a campaign, sets. */
    public static String property(String name) {
        return Objects.requireNonNull(
                System.getProperty(name), () -> "system property " + name + " (expected: set by the build)");
    }

    @Override
    public String toString() {
        return "Tomcat " + tomcatVersion + " on " + javaHome.getFileName();
    }
}
