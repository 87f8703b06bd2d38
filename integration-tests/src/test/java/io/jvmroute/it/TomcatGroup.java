package io.jvmroute.it;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/**
 * The folders and ports of the Tomcats that Arquillian starts, made anew for each run.
 *
 * <p>Their {@code server.xml} is the one of the examples, with a user who may deploy; {@code arquillian.xml} reads the system properties set here.
 */
record TomcatGroup(List<Node> nodes, String password) implements ContractGroup {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Pattern SESSIONS = Pattern.compile("(?m)^/shop:running:(\\d+):");
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final String USER = "contract";

    /** One Tomcat to be. */
    record Node(String name, Path base, int http, int jmx, int hazelcast, int tribes) {
        URI uri(String path) {
            return URI.create("http://127.0.0.1:" + http + path);
        }
    }

    static TomcatGroup make(String... names) throws IOException {
        FreePorts ports = new FreePorts();
        TomcatRuntime runtime = TomcatRuntime.tomcat11();
        Path work = Path.of(TomcatRuntime.property("jvmroute.it.work"));
        List<Node> nodes = List.of(names).stream()
                .map(name -> new Node(
                        name, work.resolve("contract-" + name), ports.take(), ports.take(), ports.take(), ports.take()))
                .toList();
        TomcatGroup group = new TomcatGroup(nodes, UUID.randomUUID().toString());
        for (Node node : nodes) {
            TomcatBase.empty(runtime, node.base()).lib(TomcatRuntime.jar());
            group.configure(runtime, node);
        }
        group.setProperties(runtime);
        return group;
    }

    @Override
    public List<String> names() {
        return nodes.stream().map(Node::name).toList();
    }

    @Override
    public URI uri(String name, String path) {
        return nodes.stream()
                .filter(node -> node.name().equals(name))
                .findAny()
                .orElseThrow()
                .uri(path);
    }

    /** Tomcat's manager application counts copies like sessions. */
    @Override
    public void awaitCopies(Set<String> running) {
        Awaitility.await().atMost(LIMIT).pollInterval(Duration.ofMillis(200)).until(() -> {
            for (String owner : running) {
                Map<String, Integer> before = sessions(running);
                HttpRequest begin = HttpRequest.newBuilder(uri(owner, "/shop/")).build();
                CLIENT.send(begin, BodyHandlers.discarding());
                if (sessions(running).entrySet().stream().anyMatch(now -> now.getValue() <= before.get(now.getKey()))) {
                    return false;
                }
            }
            return true;
        });
    }

    private Map<String, Integer> sessions(Set<String> running) {
        return running.stream().collect(Collectors.toMap(node -> node, this::sessions));
    }

    private int sessions(String node) {
        String list = get(uri(node, "/manager/text/list"));
        Matcher matcher = SESSIONS.matcher(list);
        if (!matcher.find()) {
            throw new IllegalStateException(list + " (expected: /shop)");
        }
        return Integer.parseInt(matcher.group(1));
    }

    private String get(URI uri) {
        String user = USER + ":" + password;
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)))
                .timeout(LIMIT)
                .build();
        return CLIENT.sendAsync(request, BodyHandlers.ofString()).join().body();
    }

    @Override
    public void close() {
        // all of it is folders
    }

    private void setProperties(TomcatRuntime runtime) {
        System.setProperty("contract.home", runtime.home().toString());
        System.setProperty("contract.user", USER);
        System.setProperty("contract.password", password);
        System.setProperty(
                "contract.jvmArguments",
                "-Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Djava.awt.headless=true"
                        + " -Dcom.sun.management.jmxremote.host=127.0.0.1 -Djava.rmi.server.hostname=127.0.0.1");
        for (Node node : nodes) {
            System.setProperty("contract." + node.name() + ".base", node.base().toString());
            System.setProperty("contract." + node.name() + ".http", String.valueOf(node.http()));
            System.setProperty("contract." + node.name() + ".jmx", String.valueOf(node.jmx()));
        }
    }

    private void configure(TomcatRuntime runtime, Node node) throws IOException {
        Path conf = node.base().resolve("conf");
        String template = Files.readString(
                Path.of(TomcatRuntime.property("jvmroute.it.templates")).resolve("server-node.xml"));
        Files.writeString(conf.resolve("server.xml"), serverXml(template, node));
        Files.writeString(conf.resolve("tomcat-users.xml"), """
                <tomcat-users>
                  <user username="%s" password="%s" roles="manager-script"/>
                </tomcat-users>
                """.formatted(USER, password));
        Files.writeString(conf.resolve("logging.properties"), """
                handlers = org.apache.juli.FileHandler
                .handlers = org.apache.juli.FileHandler
                org.apache.juli.FileHandler.directory = ${catalina.base}/logs
                org.apache.juli.FileHandler.prefix = node
                org.apache.juli.FileHandler.rotatable = false
                org.apache.juli.FileHandler.formatter = org.apache.juli.OneLineFormatter
                """);
        Path contexts = Files.createDirectories(conf.resolve("Catalina").resolve("localhost"));
        Files.writeString(contexts.resolve("manager.xml"), """
                <Context docBase="%s" privileged="true">
                  <Valve className="org.apache.catalina.valves.RemoteCIDRValve" allow="127.0.0.0/8"/>
                </Context>
                """.formatted(
                        runtime.home().resolve("webapps").resolve("manager")));
    }

    private String serverXml(String template, Node node) {
        String members =
                nodes.stream().map(member -> "127.0.0.1:" + member.hazelcast()).collect(Collectors.joining(","));
        String others = nodes.stream()
                .filter(other -> !other.equals(node))
                .map(other ->
                        "<Member className=\"org.apache.catalina.tribes.membership.StaticMember\" host=\"127.0.0.1\""
                                + " port=\"" + other.tribes() + "\" uniqueId=\"" + tribesId(other) + "\"/>")
                .collect(Collectors.joining());
        return template.replace("@route@", node.name())
                .replace("@http.port@", String.valueOf(node.http()))
                .replace("@members@", members)
                .replace("@hazelcast.port@", String.valueOf(node.hazelcast()))
                .replace("@tribes.port@", String.valueOf(node.tribes()))
                .replace("@tribes.id@", tribesId(node))
                .replace("@tribes.others@", others)
                .replace("<Host ", "<Realm className=\"org.apache.catalina.realm.MemoryRealm\"/><Host ");
    }

    private String tribesId(Node node) {
        return IntStream.range(0, 16)
                .mapToObj(i -> String.valueOf(nodes.indexOf(node) + 1))
                .collect(Collectors.joining(",", "{", "}"));
    }
}
