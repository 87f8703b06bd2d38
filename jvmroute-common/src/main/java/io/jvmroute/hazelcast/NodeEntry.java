package io.jvmroute.hazelcast;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.hazelcast.nio.serialization.compact.CompactReader;
import com.hazelcast.nio.serialization.compact.CompactSerializer;
import com.hazelcast.nio.serialization.compact.CompactWriter;
import io.jvmroute.cluster.HopKey;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.NodeState;
import java.net.URI;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A node as stored in the grid: raw values, because another version or a stranger may have written them.
 *
 * @param memberId the member that wrote it
 * @param mac authenticates all other values where a secret is configured, in hexadecimal; else null
 */
record NodeEntry(
        String route,
        String incarnation,
        String url,
        String state,
        int weight,
        int sessions,
        int inFlight,
        String version,
        String memberId,
        @Nullable String mac) {

    static NodeEntry of(Node node, String memberId, List<HopKey> configuredKeys) {
        NodeEntry entry = new NodeEntry(
                node.route(),
                node.incarnation(),
                node.url().toString(),
                node.state().name(),
                node.weight(),
                node.sessions(),
                node.inFlight(),
                node.version(),
                memberId,
                null);
        return configuredKeys.isEmpty() ? entry : entry.signed(configuredKeys.get(0));
    }

    NodeEntry signed(HopKey key) {
        return new NodeEntry(
                route, incarnation, url, state, weight, sessions, inFlight, version, memberId, macWith(key));
    }

    boolean isLeft() {
        return state.equals(NodeState.LEFT.name());
    }

    /** Whether a holder of one of the keys wrote it; without keys everyone may write. */
    boolean isAuthentic(List<HopKey> configuredKeys) {
        byte[] claimed = mac == null ? new byte[0] : mac.getBytes(UTF_8);
        return configuredKeys.isEmpty()
                || configuredKeys.stream()
                        .anyMatch(key -> MessageDigest.isEqual(macWith(key).getBytes(UTF_8), claimed));
    }

    private String macWith(HopKey key) {
        // a value with a line break in it changes the number of lines
        String text = String.join(
                "\n",
                "jvmroute node 1",
                route,
                incarnation,
                url,
                state,
                Integer.toString(weight),
                Integer.toString(sessions),
                Integer.toString(inFlight),
                version,
                memberId);
        return HexFormat.of().formatHex(HopKeys.hmac(key.secret(), text));
    }

    /**
     * The node.
     *
     * @throws IllegalArgumentException if a value is invalid
     */
    Node toNode(boolean member) {
        return new Node(
                route, incarnation, URI.create(url), stateNamed(state), weight, sessions, inFlight, version, member);
    }

    private static NodeState stateNamed(String name) {
        for (NodeState state : NodeState.values()) {
            if (state.name().equals(name)) {
                return state;
            }
        }
        return NodeState.MAINTENANCE; // a later version's state: its sessions are not ours to send
    }

    static final class Serializer implements CompactSerializer<NodeEntry> {
        @Override
        public NodeEntry read(CompactReader reader) {
            return new NodeEntry(
                    text(reader, "route"),
                    text(reader, "incarnation"),
                    text(reader, "url"),
                    text(reader, "state"),
                    reader.readInt32("weight"),
                    reader.readInt32("sessions"),
                    reader.readInt32("inFlight"),
                    text(reader, "version"),
                    text(reader, "memberId"),
                    reader.readString("mac"));
        }

        private static String text(CompactReader reader, String field) {
            return Objects.requireNonNullElse(reader.readString(field), "");
        }

        @Override
        public void write(CompactWriter writer, NodeEntry entry) {
            writer.writeString("route", entry.route);
            writer.writeString("incarnation", entry.incarnation);
            writer.writeString("url", entry.url);
            writer.writeString("state", entry.state);
            writer.writeInt32("weight", entry.weight);
            writer.writeInt32("sessions", entry.sessions);
            writer.writeInt32("inFlight", entry.inFlight);
            writer.writeString("version", entry.version);
            writer.writeString("memberId", entry.memberId);
            writer.writeString("mac", entry.mac);
        }

        @Override
        public String getTypeName() {
            return "jvmroute.NodeEntry";
        }

        @Override
        public Class<NodeEntry> getCompactClass() {
            return NodeEntry.class;
        }
    }
}
