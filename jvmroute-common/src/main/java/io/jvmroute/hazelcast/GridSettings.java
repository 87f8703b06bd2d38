package io.jvmroute.hazelcast;

import io.jvmroute.cluster.AddressRanges;
import io.jvmroute.cluster.HopKey;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How this node becomes a member of the grid.
 *
 * @param clusterName members with another name never meet
 * @param bindAddress the one address to listen on; no wildcard
 * @param port the port to listen on; taken is an error, 0 is any free port
 * @param members where other members may be, {@code host[:port]}; without a port they are expected on {@code port}
 * @param lite whether this member holds no data: a frontend
 * @param hopKeys the configured keys, the signing one first; empty: the first member makes one
 * @param allowedNodes where nodes may say that they are reached; empty: anywhere
 * @param file the user's own configuration of the member, instead of address, port and members; null: none
 * @param timing durations that only tests and rare setups change
 */
public record GridSettings(
        String clusterName,
        String bindAddress,
        int port,
        List<String> members,
        boolean lite,
        List<HopKey> hopKeys,
        AddressRanges allowedNodes,
        @Nullable MemberFile file,
        Timing timing) {
    /** Checks the port and copies the lists. */
    public GridSettings {
        members = List.copyOf(members);
        hopKeys = List.copyOf(hopKeys);
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
        }
    }

    /** A data member with a key from the grid and the default timing. */
    public static GridSettings of(String clusterName, String bindAddress, int port, List<String> members) {
        return new GridSettings(
                clusterName, bindAddress, port, members, false, List.of(), AddressRanges.NONE, null, Timing.DEFAULT);
    }

    /** The same, holding data or not. */
    public GridSettings withLite(boolean isLite) {
        return new GridSettings(clusterName, bindAddress, port, members, isLite, hopKeys, allowedNodes, file, timing);
    }

    /**
     * The same with keys made from the shared secret of all nodes.
     *
     * @param secret {@code new,old} while rotating: the first signs, all verify
     */
    public GridSettings withSecret(String secret) {
        return new GridSettings(
                clusterName, bindAddress, port, members, lite, HopKeys.derive(secret), allowedNodes, file, timing);
    }

    /** The same where nodes must have an address in these ranges, {@code 10.0.0.0/8}; with none, anywhere. */
    public GridSettings withAllowedNodes(List<String> ranges) {
        return new GridSettings(
                clusterName, bindAddress, port, members, lite, hopKeys, AddressRanges.of(ranges), file, timing);
    }

    /** The same with the user's own configuration of the member, or without one (null). */
    public GridSettings withFile(@Nullable MemberFile newFile) {
        return new GridSettings(clusterName, bindAddress, port, members, lite, hopKeys, allowedNodes, newFile, timing);
    }

    /** The same with other durations. */
    public GridSettings withTiming(Timing newTiming) {
        return new GridSettings(clusterName, bindAddress, port, members, lite, hopKeys, allowedNodes, file, newTiming);
    }

    /**
     * Durations of the grid; at least one second each, whole seconds count.
     *
     * @param nodeTtl how long a node's entry survives its silence
     * @param mergeDelay how long after the start, and how often, members look for the other side of a split
     * @param callTimeout after what time an unanswered call fails
     * @param leaveTimeout how long a leaving member waits for its data to reach the others
     */
    public record Timing(Duration nodeTtl, Duration mergeDelay, Duration callTimeout, Duration leaveTimeout) {
        /** 30 s, 10 s, 4 s, 10 s. */
        public static final Timing DEFAULT = new Timing(
                Duration.ofSeconds(30), Duration.ofSeconds(10), Duration.ofSeconds(4), Duration.ofSeconds(10));

        /** Checks the lower limit. */
        public Timing {
            require("nodeTtl", nodeTtl);
            require("mergeDelay", mergeDelay);
            require("callTimeout", callTimeout);
            require("leaveTimeout", leaveTimeout);
        }

        private static void require(String name, Duration value) {
            if (value.toSeconds() < 1) {
                throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1s)");
            }
        }
    }
}
