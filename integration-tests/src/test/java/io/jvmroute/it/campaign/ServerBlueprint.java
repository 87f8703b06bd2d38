package io.jvmroute.it.campaign;

import io.jvmroute.it.JettyBase;
import io.jvmroute.it.JettyNode;
import io.jvmroute.it.ServerNode;
import io.jvmroute.it.SessionDatabase;
import io.jvmroute.it.TomcatBase;
import io.jvmroute.it.TomcatNode;
import io.jvmroute.it.TomcatRuntime;
import io.jvmroute.it.WebArchive;
import io.jvmroute.it.campaign.Network.Service;
import io.jvmroute.it.campaign.history.FaultKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How the servers of a campaign are set up: as the examples are, on addresses of their own. */
final class ServerBlueprint {
    private static final String DRAIN_TIMEOUT = "10s";
    private static final String SLOW_START = FaultKind.SHARING_MILLIS + "ms";
    private static final List<String> TRIBES = Stream.of(CampaignCluster.NODES, CampaignCluster.OTHER_NODES)
            .flatMap(List::stream)
            .toList();

    private final Network network;
    private final Distribution distribution;
    private final @Nullable SessionDatabase database;
    private final String members;

    /** {@code database} is what Jettys need. */
    ServerBlueprint(Network network, Distribution distribution, @Nullable SessionDatabase database) {
        this.database = database;
        this.network = network;
        this.distribution = distribution;
        members = CampaignCluster.names().stream()
                .map(name -> network.endpoint(name, Service.GRID))
                .collect(Collectors.joining(","));
    }

    ServerNode tomcatFrontend(String host) throws IOException {
        return tomcat(host, "mode=\"frontend\" slowStart=\"" + SLOW_START + "\"")
                .node()
                .port(network.port(host, Service.HTTP));
    }

    ServerNode jettyFrontend(String host) throws IOException {
        return jetty(host)
                .option("mode", "frontend")
                .option("slowStart", SLOW_START)
                .node()
                .port(network.port(host, Service.HTTP));
    }

    ServerNode node(CampaignCluster.Kind kind, String host, String route) throws IOException {
        return switch (kind) {
            case TOMCAT -> tomcatNode(host, route);
            case JETTY -> jettyNode(host, route);
        };
    }

    private ServerNode tomcatNode(String host, String route) throws IOException {
        TomcatBase base = tomcat(host, "drainTimeout=\"" + DRAIN_TIMEOUT + "\"")
                .route(route)
                .engine(replication(host))
                .jvmArguments(noting(host, route));
        if (host.equals("n3")) {
            base.connector("maxKeepAliveRequests=\"3\""); // it closes connections that others would use again
        }
        WebArchive.writeDistributable(
                base.folder().resolve("webapps/campaign.war"),
                CampaignServlet.class,
                Whereabouts.class,
                CampaignSocket.class,
                CampaignSocket.Handshake.class);
        return base.node().port(network.port(host, Service.HTTP));
    }

    private TomcatBase tomcat(String host, String options) throws IOException {
        String address = network.address(host);
        return TomcatNode.named(TomcatRuntime.tomcat11(), "campaign-tomcat-" + host)
                .address(address)
                .launcher(launcher(host))
                .draining()
                .lib(distribution.tomcatJar())
                .engine("<Valve className=\"io.jvmroute.tomcat.AffinityValve\" members=\"" + members
                        + "\" bindAddress=\"" + address + "\" hazelcastPort=\"" + network.port(host, Service.GRID)
                        + "\" " + options + "/>")
                .jvmArguments(network.jvmArguments(host));
    }

    /** The Cluster of the examples. */
    private String replication(String host) throws IOException {
        String template = Files.readString(
                Path.of(TomcatRuntime.property("jvmroute.it.templates")).resolve("server-node.xml"));
        Matcher cluster = Pattern.compile("(?s)<Cluster .*</Cluster>").matcher(template);
        if (!cluster.find()) {
            throw new IOException("server-node.xml: has no Cluster");
        }
        String others = TRIBES.stream()
                .filter(node -> !node.equals(host) && !host.equals(CampaignCluster.TWIN))
                .map(node -> "<Member className=\"org.apache.catalina.tribes.membership.StaticMember\" host=\""
                        + network.address(node) + "\" port=\"" + network.port(node, Service.TRIBES) + "\" uniqueId=\""
                        + tribesId(node)
                        + "\"/>")
                .collect(Collectors.joining());
        return cluster.group()
                .replace("address=\"127.0.0.1\"", "address=\"" + network.address(host) + "\"")
                .replace("@tribes.port@", String.valueOf(network.port(host, Service.TRIBES)))
                .replace("@tribes.id@", tribesId(host))
                .replace("@tribes.others@", others);
    }

    /** Sixteen bytes. */
    private static String tribesId(String host) {
        return "{" + (TRIBES.indexOf(host) + 1) + ",0".repeat(15) + "}";
    }

    private ServerNode jettyNode(String host, String route) throws IOException {
        JettyBase base = Objects.requireNonNull(database)
                .keepSessionsOf(jetty(host))
                .route(route)
                .option("drainTimeout", DRAIN_TIMEOUT)
                .modules("ee10-websocket-jakarta")
                .jvmArguments(noting(host, route));
        WebArchive.writeDistributable(
                base.folder().resolve("webapps/campaign.war"),
                CampaignServlet.class,
                Whereabouts.class,
                CampaignSocket.class,
                CampaignSocket.Handshake.class);
        return base.node().port(network.port(host, Service.HTTP));
    }

    private JettyBase jetty(String host) throws IOException {
        String address = network.address(host);
        return JettyNode.named("campaign-jetty-" + host)
                .withJvmroute(distribution.jettyArchive())
                .address(address)
                .launcher(launcher(host))
                .option("members", members)
                .option("bindAddress", address)
                .option("hazelcastPort", String.valueOf(network.port(host, Service.GRID)))
                .jvmArguments(network.jvmArguments(host));
    }

    private List<String> launcher(String host) {
        long shift = clockShiftMillis(host);
        return shift == 0
                ? network.launcher(host)
                : Stream.of(network.launcher(host), ShiftedClock.launcher(shift))
                        .flatMap(List::stream)
                        .toList();
    }

    private static long clockShiftMillis(String host) {
        return switch (host) {
            case CampaignCluster.AHEAD -> ShiftedClock.HOUR_MILLIS;
            case CampaignCluster.BEHIND -> -ShiftedClock.HOUR_MILLIS;
            default -> 0;
        };
    }

    private String[] noting(String host, String route) {
        return new String[] {
            "-Dcampaign.node=" + route,
            "-Dcampaign.notes=" + distribution.notes(),
            "-Dcampaign.clockShiftMillis=" + clockShiftMillis(host)
        };
    }
}
