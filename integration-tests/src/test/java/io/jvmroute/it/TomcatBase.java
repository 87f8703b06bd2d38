package io.jvmroute.it;

import io.jvmroute.testing.Folders;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a {@link TomcatNode} is made of: the folder that Tomcat calls {@code CATALINA_BASE}, and the command line. */
public final class TomcatBase {
    private static final String SERVER_XML = """
            <Server port="-1">
              <Listener className="org.apache.catalina.core.JreMemoryLeakPreventionListener"/>
              <Listener className="org.apache.catalina.core.ThreadLocalLeakPreventionListener"/>
              <Service name="Catalina">
                <Connector address="%s" port="%d" protocol="%s" %s>
                  <UpgradeProtocol className="org.apache.coyote.http2.Http2Protocol"/>
                </Connector>
                <Engine name="Catalina" defaultHost="localhost" jvmRoute="%s">
                  %s
                  <Host name="localhost" appBase="webapps" autoDeploy="false"/>
                </Engine>
              </Service>
            </Server>
            """;

    private final TomcatRuntime runtime;
    private final Path folder;
    private final List<String> jvmArguments = new ArrayList<>();
    private final List<String> engineElements = new ArrayList<>();
    private final List<String> classPath = new ArrayList<>();
    private String route = "n1";
    private String address = "127.0.0.1";
    private String protocol = "HTTP/1.1";
    private String connectorAttributes = "";
    private List<String> launcher = List.of();
    private List<String> main = List.of("org.apache.catalina.startup.Bootstrap", "start");

    private TomcatBase(TomcatRuntime runtime, Path folder) {
        this.runtime = runtime;
        this.folder = folder;
        for (String jar : List.of("bootstrap.jar", "tomcat-juli.jar")) {
            classPath.add(runtime.home().resolve("bin").resolve(jar).toString());
        }
    }

    static TomcatBase empty(TomcatRuntime runtime, Path folder) throws IOException {
        Folders.delete(folder);
        for (String child : List.of("conf", "lib", "logs", "temp", "webapps", "work")) {
            Files.createDirectories(folder.resolve(child));
        }
        for (String file : List.of("catalina.properties", "logging.properties", "web.xml")) {
            Files.copy(
                    runtime.home().resolve("conf").resolve(file),
                    folder.resolve("conf").resolve(file));
        }
        return new TomcatBase(runtime, folder);
    }

    /** The Engine's {@code jvmRoute}; default {@code n1}. */
    public TomcatBase route(String name) {
        route = name;
        return this;
    }

    /** Where the Connector listens; default {@code 127.0.0.1}. */
    public TomcatBase address(String host) {
        address = host;
        return this;
    }

    String address() {
        return address;
    }

    /** A command that runs the JVM, such as {@code ip netns exec n1}; it must replace itself by it. */
    public TomcatBase launcher(List<String> command) {
        launcher = List.copyOf(command);
        return this;
    }

    /** With the connector that resets no connection when the node is drained. */
    public TomcatBase draining() {
        protocol = "io.jvmroute.tomcat.DrainingHttp11NioProtocol";
        return this;
    }

    /** More attributes of the Connector. */
    public TomcatBase connector(String attributes) {
        connectorAttributes = attributes;
        return this;
    }

    /** An XML element inside the Engine, such as a Valve. */
    public TomcatBase engine(String element) {
        engineElements.add(element);
        return this;
    }

    /** A JAR for Tomcat's {@code lib}. */
    public TomcatBase lib(Path jar) throws IOException {
        Files.copy(jar, folder.resolve("lib").resolve(jar.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        return this;
    }

    /** A web application of {@code classes} alone, at {@code /name}. */
    public TomcatBase application(String name, Class<?>... classes) throws IOException {
        WebArchive.write(folder.resolve("webapps").resolve(name + ".war"), classes);
        return this;
    }

    /** A WAR, at the path that its file is named after. */
    public TomcatBase application(Path war) throws IOException {
        Files.copy(war, folder.resolve("webapps").resolve(war.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        return this;
    }

    /** One of the applications that come with Tomcat, at {@code /name}. */
    public TomcatBase bundledApplication(String name) throws IOException {
        Path descriptors = Files.createDirectories(folder.resolve("conf/Catalina/localhost"));
        Files.writeString(
                descriptors.resolve(name + ".xml"),
                "<Context docBase=\"%s\"/>"
                        .formatted(runtime.home().resolve("webapps").resolve(name)));
        return this;
    }

    /** More arguments of the JVM. */
    public TomcatBase jvmArguments(String... arguments) {
        jvmArguments.addAll(List.of(arguments));
        return this;
    }

    /** A class of the tests to run instead of Tomcat's own main class. */
    public TomcatBase main(Class<?> mainClass, String... arguments) throws IOException {
        Path classes = folder.resolve("temp").resolve("classes");
        WebArchive.copyClass(mainClass, classes);
        classPath.add(classes.toString());
        main = Stream.concat(Stream.of(mainClass.getName()), Stream.of(arguments))
                .toList();
        return this;
    }

    /** The node, not started. */
    public TomcatNode node() {
        return new TomcatNode(this);
    }

    /** {@code CATALINA_BASE}. */
    public Path folder() {
        return folder;
    }

    /** Writes {@code server.xml}; port 0 for any free one. */
    void render(int port) throws IOException {
        Files.writeString(
                folder.resolve("conf").resolve("server.xml"),
                SERVER_XML.formatted(
                        address, port, protocol, connectorAttributes, route, String.join("\n      ", engineElements)));
    }

    /** The same that catalina.sh would run, without a shell in between. */
    List<String> command() {
        List<String> command = new ArrayList<>(launcher);
        command.add(runtime.javaHome().resolve("bin").resolve("java").toString());
        command.addAll(List.of("-Xmx256m", "-Duser.language=en", "-Djava.awt.headless=true"));
        for (String opened : List.of(
                "java.base/java.lang",
                "java.base/java.lang.invoke",
                "java.base/java.lang.reflect",
                "java.base/java.io",
                "java.base/java.util",
                "java.base/java.util.concurrent",
                "java.rmi/sun.rmi.transport")) {
            command.add("--add-opens=" + opened + "=ALL-UNNAMED");
        }
        command.addAll(TomcatRuntime.jvmArguments());
        command.addAll(jvmArguments);
        command.add("-Djava.util.logging.config.file=" + folder.resolve("conf").resolve("logging.properties"));
        command.add("-Djava.util.logging.manager=org.apache.juli.ClassLoaderLogManager");
        command.add("-Dcatalina.home=" + runtime.home());
        command.add("-Dcatalina.base=" + folder);
        command.add("-Djava.io.tmpdir=" + folder.resolve("temp"));
        command.addAll(List.of("-classpath", classPath.stream().collect(Collectors.joining(File.pathSeparator))));
        command.addAll(main);
        return command;
    }
}
