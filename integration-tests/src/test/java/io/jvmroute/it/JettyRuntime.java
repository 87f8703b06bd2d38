package io.jvmroute.it;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An unpacked jetty-home, and what users add to it. On the JDK of the tests. */
public final class JettyRuntime {
    private JettyRuntime() {}

    /** {@code JETTY_HOME}. */
    public static Path home() {
        return distributions().resolve("jetty-home-" + TomcatRuntime.property("jetty-home.version"));
    }

    /** The archive with the module, to unpack into a Jetty base. */
    public static Path moduleArchive() {
        return distributions().resolve("jvmroute-jetty-handler-config.jar");
    }

    /** The shop of the examples. */
    public static Path shop() {
        return TomcatRuntime.shop();
    }

    /** {@code java … -jar start.jar}, to be added to. */
    static List<String> startJar(List<String> jvmArguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmArguments);
        command.addAll(List.of("-jar", home().resolve("start.jar").toString()));
        return command;
    }

    private static Path distributions() {
        return Path.of(TomcatRuntime.property("jvmroute.it.distributions"));
    }
}
