package io.jvmroute.it;

import io.jvmroute.testing.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What a {@link JettyNode} is made of: the folder that Jetty calls {@code JETTY_BASE}, and the command line. */
public final class JettyBase {
    /** Silences what Hazelcast says about its access to the JDK. */
    private static final List<String> HAZELCAST_FLAGS = List.of(
            "--add-modules=java.se",
            "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-opens=java.management/sun.management=ALL-UNNAMED",
            "--add-opens=jdk.management/com.sun.management.internal=ALL-UNNAMED");

    /** The first JDK that says so itself (JEP 498); the others do not know the flag. */
    private static final int WARNS_OF_UNSAFE = 24;

    private final Path folder;
    private final List<String> modules = new ArrayList<>();
    private final Map<String, String> properties = new LinkedHashMap<>();
    private final List<String> jvmArguments = new ArrayList<>();
    private final List<String> configurations = new ArrayList<>();
    private List<String> launcher = List.of();
    private String address = "";
    private boolean installed;

    private JettyBase(Path folder) {
        this.folder = folder;
        modules.addAll(List.of("http", "ee10-deploy", "ee10-annotations"));
        address("127.0.0.1");
    }

    static JettyBase empty(Path folder) throws IOException {
        Folders.delete(folder);
        for (String child : List.of("etc", "lib/ext", "logs", "temp", "webapps")) {
            Files.createDirectories(folder.resolve(child));
        }
        return new JettyBase(folder);
    }

    /** With the module of this project, as its archive has it; the options by {@link #option}. */
    public JettyBase withJvmroute() throws IOException {
        return withJvmroute(JettyRuntime.moduleArchive());
    }

    /** The same from another archive. */
    public JettyBase withJvmroute(Path archive) throws IOException {
        Folders.unzip(archive, folder);
        return modules("jvmroute");
    }

    /** Where it listens; default {@code 127.0.0.1}. */
    public JettyBase address(String host) {
        address = host;
        return property("jetty.http.host", host);
    }

    String address() {
        return address;
    }

    /** A command that runs the JVM, such as {@code ip netns exec n1}; it must replace itself by it. */
    public JettyBase launcher(List<String> command) {
        launcher = List.copyOf(command);
        return this;
    }

    /** Jetty's {@code workerName}. */
    public JettyBase route(String name) {
        return property("jetty.sessionIdManager.workerName", name);
    }

    /** An option of the module by its bare name, such as {@code members}. */
    public JettyBase option(String name, String value) {
        return property("jvmroute." + name, value);
    }

    /** A property of any module, as a line of {@code start.d} has it. */
    public JettyBase property(String name, String value) {
        properties.put(name, value);
        return this;
    }

    /** More modules, added by {@code --add-modules} before the first start. Already there: {@code http, ee10-deploy, ee10-annotations}. */
    public JettyBase modules(String... names) {
        modules.addAll(List.of(names));
        return this;
    }

    /** The module that opens the plain HTTP port, in place of {@code http}. */
    public JettyBase connector(String module) {
        modules.set(modules.indexOf("http"), module);
        return this;
    }

    /** A JAR for Jetty's class path; hidden from no application. */
    public JettyBase lib(Path jar) throws IOException {
        Files.copy(jar, folder.resolve("lib/ext").resolve(jar.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        return this;
    }

    /** A web application of {@code classes} alone, at {@code /name}. */
    public JettyBase application(String name, Class<?>... classes) throws IOException {
        WebArchive.write(folder.resolve("webapps").resolve(name + ".war"), classes);
        return this;
    }

    /** The same with JARs of its own. */
    public JettyBase application(String name, List<Path> libraries, Class<?>... classes) throws IOException {
        WebArchive.write(folder.resolve("webapps").resolve(name + ".war"), libraries, classes);
        return this;
    }

    /** A WAR, at the path that its file is named after. Before a start: nothing is deployed later. */
    public JettyBase application(Path war) throws IOException {
        Files.copy(war, folder.resolve("webapps").resolve(war.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        return this;
    }

    /**
     * Session data in a Hazelcast map that these nodes share, set up as in the base of the examples.
     *
     * @param port where this node's part of the store listens
     * @param ports those of all nodes
     */
    public JettyBase sessionStore(int port, int... ports) throws IOException {
        return sessionStore(
                port, IntStream.of(ports).mapToObj(each -> "127.0.0.1:" + each).toList());
    }

    /** The same with nodes that have addresses of their own, {@code host:port}. */
    public JettyBase sessionStore(int port, List<String> nodes) throws IOException {
        Path templates =
                Path.of(TomcatRuntime.property("jvmroute.it.jettyTemplates")).resolve("node/etc");
        String members =
                nodes.stream().map(each -> "<member>" + each + "</member>").collect(Collectors.joining());
        Files.writeString(
                folder.resolve("etc/session-store-hazelcast.xml"),
                Files.readString(templates.resolve("session-store-hazelcast.xml"))
                        .replace("@store.port@", String.valueOf(port))
                        .replace("@store.members@", members)
                        .replace("<interface>127.0.0.1<", "<interface>" + address + "<"));
        xml("session-store.xml", Files.readString(templates.resolve("session-store.xml")));
        property("jetty.session.evictionPolicy", "0");
        jvmArguments("-Dhazelcast.jmx=true"); // for NodeJmx.isStoreWhole
        return modules("session-store-hazelcast-embedded", "session-cache-hash");
    }

    /** A Jetty XML file, evaluated after those of the modules. */
    public JettyBase xml(String name, String content) throws IOException {
        Files.writeString(folder.resolve("etc").resolve(name), content);
        configurations.add("etc/" + name);
        return this;
    }

    /** More arguments of the JVM. */
    public JettyBase jvmArguments(String... arguments) {
        jvmArguments.addAll(List.of(arguments));
        return this;
    }

    /** The node, not started. */
    public JettyNode node() {
        return new JettyNode(this);
    }

    /** {@code JETTY_BASE}. */
    public Path folder() {
        return folder;
    }

    /** {@code java -jar start.jar --add-modules=…}, once. */
    void install() throws IOException {
        if (installed) {
            return;
        }
        List<String> command = JettyRuntime.startJar(List.of());
        command.add("--approve-all-licenses");
        command.add("--add-modules=" + String.join(",", modules));
        Path output = folder.resolve("logs/install.log");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            process.onExit()
                    .orTimeout(ServerProcess.LIMIT.toSeconds(), TimeUnit.SECONDS)
                    .join();
        } finally {
            process.destroyForcibly();
        }
        if (process.exitValue() != 0) {
            throw new IllegalStateException("--add-modules: " + Files.readString(output));
        }
        installed = true;
    }

    /** What {@code java -jar start.jar} is called with; port 0 for any free one. */
    List<String> command(int port) {
        List<String> arguments = new ArrayList<>(List.of("-Xmx256m", "-Duser.language=en", "-Djava.awt.headless=true"));
        arguments.addAll(HAZELCAST_FLAGS);
        if (Runtime.version().feature() >= WARNS_OF_UNSAFE) {
            arguments.add("--sun-misc-unsafe-memory-access=allow");
        }
        arguments.addAll(TomcatRuntime.jvmArguments());
        arguments.addAll(jvmArguments);
        arguments.add("-Djava.io.tmpdir=" + folder.resolve("temp"));
        arguments.add("-Djava.util.logging.SimpleFormatter.format=%1$tF %1$tT %4$s %3$s %5$s%6$s%n");
        List<String> command = new ArrayList<>(launcher);
        command.addAll(JettyRuntime.startJar(arguments));
        properties.forEach((name, value) -> command.add(name + "=" + value));
        command.add("jetty.http.port=" + port);
        command.addAll(configurations);
        return command;
    }
}
