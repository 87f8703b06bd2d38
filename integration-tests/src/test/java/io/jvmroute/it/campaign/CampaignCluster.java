package io.jvmroute.it.campaign;

import io.jvmroute.it.ServerNode;
import io.jvmroute.it.SessionDatabase;
import io.jvmroute.it.campaign.Network.Service;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Two frontends, a Tomcat and a Jetty, before three nodes of one kind, each a host of a {@link Network}; nodes that are added for a while; and a twin of the first one, which never belongs to them. */
final class CampaignCluster implements AutoCloseable {
    static final List<String> FRONTENDS = List.of("f1", "f2");
    static final List<String> NODES = List.of("n1", "n2", "n3");
    static final String ADDED = "n4";
    /** Its clock is an hour ahead. */
    static final String AHEAD = "n5";
    /** Its clock is an hour behind. */
    static final String BEHIND = "n6";

    static final List<String> OTHER_NODES = List.of(ADDED, AHEAD, BEHIND);
    static final String TWIN = "twin";
    static final List<String> HOSTS = Stream.of(FRONTENDS, NODES, OTHER_NODES, List.of(TWIN))
            .flatMap(List::stream)
            .toList();

    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Duration CALM = Duration.ofSeconds(3);

    private final Kind kind;
    private final Network network;
    private final Path notes;
    private final @Nullable SessionDatabase database;
    private final ServerBlueprint blueprint;
    private final Map<String, ServerNode> servers = new LinkedHashMap<>();

    /** What the nodes are. */
    enum Kind {
        /** Tomcats that copy their sessions to each other, and tell each other of new ids. */
        TOMCAT,
        /** Jettys with sessions in a database, which no fault hits. */
        JETTY
    }

    private CampaignCluster(Kind kind, Network network, Distribution distribution, @Nullable SessionDatabase database) {
        this.kind = kind;
        this.network = network;
        this.notes = distribution.notes();
        this.database = database;
        this.blueprint = new ServerBlueprint(network, distribution, database);
    }

    /** Starts them all, each in a network namespace of its own; they may not know each other yet. */
    static CampaignCluster start(Kind kind, Distribution distribution) throws IOException {
        return start(kind, distribution, Namespaces.create(HOSTS));
    }

    /** The same on a network that has {@link #HOSTS}; it goes down with the cluster. */
    static CampaignCluster start(Kind kind, Distribution distribution, Network network) throws IOException {
        CampaignCluster cluster = new CampaignCluster(kind, network, distribution, database(kind, network));
        try {
            Files.deleteIfExists(cluster.notes);
            cluster.servers.put("f1", cluster.blueprint.tomcatFrontend("f1"));
            cluster.servers.put("f2", cluster.blueprint.jettyFrontend("f2"));
            for (String node : NODES) {
                cluster.add(node);
            }
            for (ServerNode server : cluster.servers.values()) {
                server.launch();
            }
            return cluster;
        } catch (IOException | RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    private static @Nullable SessionDatabase database(Kind kind, Network network) throws IOException {
        try {
            return kind == Kind.JETTY ? SessionDatabase.start(network.ownAddress()) : null;
        } catch (IOException | RuntimeException e) {
            network.close();
            throw e;
        }
    }

    Kind kind() {
        return kind;
    }

    Network network() {
        return network;
    }

    ServerNode server(String name) {
        return Objects.requireNonNull(servers.get(name), name);
    }

    /** A server on a host that has none yet, or the one that it has; not started. */
    ServerNode add(String host) throws IOException {
        if (!servers.containsKey(host)) {
            servers.put(host, blueprint.node(kind, host, host.equals(TWIN) ? "n1" : host));
        }
        return server(host);
    }

    /** What the server tells of itself. */
    Figures figures(String name) throws IOException {
        return Figures.of(network.jmx(name, server(name).handle()));
    }

    /** Where users connect to. */
    InetSocketAddress address(String name) {
        return new InetSocketAddress(network.address(name), network.port(name, Service.HTTP));
    }

    /** What the nodes noted of POSTs that they carried out. */
    Path notes() {
        return notes;
    }

    /** Sends a signal to the process of the server. */
    void signal(String server, String name) throws IOException {
        Command.run("kill", "-" + name, String.valueOf(server(server).handle().pid()));
    }

    /**
     * Waits until every server sees every node ready, and all are members of the grid.
     *
     * @throws IOException if that takes too long; the message tells what they see
     */
    void awaitWhole() throws IOException, InterruptedException {
        awaitWhole(List.of());
    }

    /** The same with these nodes in addition. */
    void awaitWhole(List<String> added) throws IOException, InterruptedException {
        List<String> nodes = Stream.concat(NODES.stream(), added.stream()).toList();
        long end = System.nanoTime() + LIMIT.toNanos();
        List<String> views = views(nodes);
        while (!views.isEmpty()) {
            failIfOneEnded(nodes);
            if (System.nanoTime() > end) {
                throw new IOException("not whole after " + LIMIT + ": " + views);
            }
            Thread.sleep(250); // other processes, asked over JMX, say nothing of their own
            views = views(nodes);
        }
    }

    /**
     * Waits until all have seen all for a while: a server that was away sees what it saw before, until it hears better, and has to find back to the others then.
     *
     * @throws IOException if that takes too long
     */
    void awaitCalm() throws IOException, InterruptedException {
        long since = System.nanoTime();
        while (System.nanoTime() - since < CALM.toNanos()) {
            if (!views(NODES).isEmpty()) {
                awaitWhole();
                since = System.nanoTime();
            }
            Thread.sleep(250); // other processes, asked over JMX, say nothing of their own
        }
    }

    private void failIfOneEnded(List<String> nodes) throws IOException {
        for (String name : names(nodes)) {
            if (!server(name).isRunning()) {
                throw new IOException(name + " has ended:\n" + server(name).log());
            }
        }
    }

    /** What servers see that don't see all. */
    private List<String> views(List<String> expected) {
        List<String> views = new ArrayList<>();
        for (String name : names(expected)) {
            try (Figures figures = figures(name)) {
                List<String> nodes = figures.affinity().getNodes();
                boolean whole = nodes.size() == expected.size()
                        && nodes.stream().allMatch(node -> node.matches("n\\d READY http.*"))
                        && !figures.affinity().isDegraded();
                if (!whole) {
                    views.add(name + ": " + nodes + " " + figures.affinity().getDegradedReason());
                }
            } catch (IOException | RuntimeException e) {
                views.add(name + ": " + e);
            }
        }
        return views;
    }

    /** Those that belong to the cluster from the beginning to the end. */
    static List<String> names() {
        return names(NODES);
    }

    private static List<String> names(List<String> nodes) {
        return Stream.concat(FRONTENDS.stream(), nodes.stream()).toList();
    }

    /** Ends all processes and takes the network down. */
    @Override
    public void close() throws IOException {
        for (ServerNode server : servers.values()) {
            server.close();
        }
        if (database != null) {
            database.close();
        }
        network.close();
    }
}
