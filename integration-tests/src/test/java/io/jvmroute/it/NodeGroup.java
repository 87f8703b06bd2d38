package io.jvmroute.it;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.h2.tools.Server;
import org.jspecify.annotations.Nullable;

/** Three nodes n1, n2 and n3 for {@link NodeContainer}. Arquillian makes its containers itself, so that they find the nodes here. */
final class NodeGroup implements ContractGroup {
    private static final Map<String, ContractNode> NODES = new LinkedHashMap<>();
    private static final String VALVE =
            "<Valve className=\"io.jvmroute.tomcat.AffinityValve\" members=\"%s\" hazelcastPort=\"%d\" drainTimeout=\"1s\"/>";
    private static final String SESSION_STORE = """
            <!DOCTYPE Configure PUBLIC "-//Jetty//Configure//EN" "https://jetty.org/configure_10_0.dtd">
            <Configure id="Server" class="org.eclipse.jetty.server.Server">
              <Call name="addBean"><Arg>
                <New class="org.eclipse.jetty.session.JDBCSessionDataStoreFactory">
                  <Set name="databaseAdaptor">
                    <New class="org.eclipse.jetty.session.DatabaseAdaptor">
                      <Set name="datasource">
                        <Call class="org.h2.jdbcx.JdbcConnectionPool" name="create"><Arg>%s</Arg><Arg></Arg><Arg></Arg></Call>
                      </Set>
                    </New>
                  </Set>
                  <Set name="sessionTableSchema">
                    <New class="org.eclipse.jetty.session.JDBCSessionDataStore$SessionTableSchema"/>
                  </Set>
                </New>
              </Arg></Call>
              <Call name="addBean"><Arg>
                <New class="org.eclipse.jetty.session.DefaultSessionCacheFactory">
                  <!-- A client that has an answer may come to another node next. -->
                  <Set name="flushOnResponseCommit">true</Set>
                </New>
              </Arg></Call>
            </Configure>
            """;

    private final List<Integer> hazelcast = new ArrayList<>();
    private final @Nullable Server database;

    private NodeGroup(@Nullable Server database) {
        this.database = database;
        FreePorts ports = new FreePorts();
        for (int i = 0; i < 3; i++) {
            hazelcast.add(ports.take());
        }
        NODES.clear();
    }

    static ContractNode node(String name) {
        return Objects.requireNonNull(NODES.get(name), name);
    }

    /** Jettys whose sessions are in one database, which outlives them all. */
    static NodeGroup jettys() throws IOException {
        try {
            System.setProperty("h2.bindAddress", "127.0.0.1");
            Server database =
                    Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start();
            String url = "jdbc:h2:tcp://127.0.0.1:" + database.getPort() + "/mem:sessions;DB_CLOSE_DELAY=-1";
            NodeGroup group = new NodeGroup(database);
            for (int i = 0; i < 3; i++) {
                NODES.put(
                        "n" + (i + 1),
                        ContractNode.of(group.jetty(i)
                                .modules("ext")
                                .lib(jar(Server.class))
                                .xml("session-store.xml", SESSION_STORE.formatted(url))));
            }
            return group;
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    /** A Jetty between two Tomcats. Their sessions' data stays where it is: there is no store that both know. */
    static NodeGroup mixed() throws IOException {
        NodeGroup group = new NodeGroup(null);
        NODES.put("n1", ContractNode.of(group.tomcat(0), "n1"));
        NODES.put("n2", ContractNode.of(group.jetty(1)));
        NODES.put("n3", ContractNode.of(group.tomcat(2), "n3"));
        return group;
    }

    private JettyBase jetty(int index) throws IOException {
        String route = "n" + (index + 1);
        return JettyNode.named("contract-jetty-" + route)
                .withJvmroute()
                .route(route)
                .option("members", members())
                .option("hazelcastPort", String.valueOf(hazelcast.get(index)))
                .option("drainTimeout", "1s");
    }

    private TomcatBase tomcat(int index) throws IOException {
        String route = "n" + (index + 1);
        return TomcatNode.named(TomcatRuntime.tomcat11(), "contract-mixed-" + route)
                .route(route)
                .lib(TomcatRuntime.jar())
                .engine(VALVE.formatted(members(), hazelcast.get(index)));
    }

    private String members() {
        return String.join(
                ",", hazelcast.stream().map(port -> "127.0.0.1:" + port).toList());
    }

    private static Path jar(Class<?> type) {
        return Path.of(URI.create(
                type.getProtectionDomain().getCodeSource().getLocation().toString()));
    }

    @Override
    public List<String> names() {
        return List.copyOf(NODES.keySet());
    }

    @Override
    public URI uri(String name, String path) {
        return node(name).uri(path);
    }

    /** A shared store needs none, and without a store there are none. */
    @Override
    public void awaitCopies(Set<String> running) {
        // nothing to wait for
    }

    @Override
    public void close() {
        if (database != null) {
            database.stop();
        }
    }
}
