package io.jvmroute.examples.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How servers of one kind are set up and started. */
interface Container {

    /** Makes the folder of a node anew: what a person would put there by hand. */
    void make(NodePlan node) throws IOException;

    /** What starts the node in its folder, without a shell. */
    List<String> command(NodePlan node);

    /** A JVM for a small machine, and what Hazelcast and Tomcat want opened. */
    static List<String> jvm(Path temporary) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.awt.headless=true"));
        command.addAll(JvmFlags.forRuntime(Runtime.version().feature()));
        command.add("-Djava.io.tmpdir=" + temporary);
        return command;
    }
}
