package io.jvmroute.it;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import org.eclipse.jetty.session.DatabaseAdaptor;
import org.eclipse.jetty.session.JDBCSessionDataStore;
import org.h2.jdbcx.JdbcConnectionPool;
import org.h2.tools.Server;

/** A database in memory, of this process, in which Jettys keep their sessions: it outlives them all, and no fault hits it. */
public final class SessionDatabase implements AutoCloseable {
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

    private final Server server;
    private final String url;

    private SessionDatabase(Server server, String url) {
        this.server = server;
        this.url = url;
    }

    /** Listens on this address alone, which is the same for all databases of the process; port: any free one. */
    public static SessionDatabase start(String address) throws IOException {
        System.setProperty("h2.bindAddress", address);
        try {
            Server server = Server.createTcpServer("-tcpPort", "0", "-ifNotExists", "-tcpAllowOthers")
                    .start();
            String url = "jdbc:h2:tcp://" + address + ":" + server.getPort() + "/mem:sessions;DB_CLOSE_DELAY=-1";
            new Table(url).prepare();
            return new SessionDatabase(server, url);
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    /** Jetty's own, made before Jettys that start at once would do so: they look whether it is there, and then make it, without a guard. */
    static final class Table extends JDBCSessionDataStore.SessionTableSchema {
        private final JdbcConnectionPool connections;

        Table(String url) {
            connections = JdbcConnectionPool.create(url, "", "");
            DatabaseAdaptor database = new DatabaseAdaptor();
            database.setDatasource(connections);
            setDatabaseAdaptor(database);
        }

        void prepare() throws SQLException {
            try {
                prepareTables();
            } finally {
                connections.dispose();
            }
        }
    }

    String url() {
        return url;
    }

    /** Has the node keep its sessions here. */
    public JettyBase keepSessionsOf(JettyBase base) throws IOException {
        Path driver = Path.of(URI.create(
                Server.class.getProtectionDomain().getCodeSource().getLocation().toString()));
        return base.modules("ext").lib(driver).xml("session-store.xml", SESSION_STORE.formatted(url));
    }

    @Override
    public void close() {
        server.stop();
    }
}
