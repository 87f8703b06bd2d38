package io.jvmroute.it.campaign;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Network namespaces, one per server, joined by a bridge in one more; this process reaches them all, and is never part of a fault.
 *
 * <pre>
 *   users --- veth --- [hub: bridge] --- veth --- [f1]
 *                                    --- veth --- [n1] …
 * </pre>
 */
final class Network implements AutoCloseable {
    private static final String RULES = "jvmroute";

    private final String prefix;
    private final String subnet;
    private final Map<String, String> addresses = new LinkedHashMap<>();

    private Network(String prefix, String subnet) {
        this.prefix = prefix;
        this.subnet = subnet;
    }

    /** Why this machine can't have one; null if it can. */
    static @Nullable String missing() {
        String trial = "jvr" + ProcessHandle.current().pid();
        try {
            Command.run("ip", "netns", "add", trial);
            try {
                Command.run("ip", "netns", "exec", trial, "iptables", "-w", "-N", RULES);
                Command.run("ip", "-n", trial, "link", "add", "v0", "type", "veth", "peer", "name", "v1");
                Command.run("ip", "-n", trial, "link", "add", "b0", "type", "bridge");
                return null;
            } finally {
                Command.run("ip", "netns", "del", trial);
            }
        } catch (IOException e) {
            return "needs root, network namespaces and iptables (Debian: apt-get install iproute2 iptables): "
                    + e.getMessage();
        }
    }

    /** With a host of each of these names. */
    static Network create(List<String> hosts) throws IOException {
        long number = ProcessHandle.current().pid() % 200;
        Network network = new Network("j" + number + "-", "10.89." + number + ".");
        try {
            network.setUp(hosts);
        } catch (IOException e) {
            network.close();
            throw e;
        }
        return network;
    }

    private void setUp(List<String> hosts) throws IOException {
        close(); // what a killed campaign of this number left
        String hub = prefix + "hub";
        Command.run("ip", "netns", "add", hub);
        Command.run("ip", "-n", hub, "link", "add", "bridge", "type", "bridge");
        Command.run("ip", "-n", hub, "link", "set", "bridge", "up");
        Command.run("ip", "link", "add", prefix + "up", "type", "veth", "peer", "name", "users", "netns", hub);
        Command.run("ip", "-n", hub, "link", "set", "users", "master", "bridge", "up");
        Command.run("ip", "addr", "add", subnet + "1/24", "dev", prefix + "up");
        Command.run("ip", "link", "set", prefix + "up", "up");
        for (String host : hosts) {
            add(host, hub);
        }
    }

    private void add(String host, String hub) throws IOException {
        String namespace = prefix + host;
        String address = subnet + (10 + addresses.size());
        addresses.put(host, address);
        Command.run("ip", "netns", "add", namespace);
        Command.run("ip", "-n", namespace, "link", "add", "eth0", "type", "veth", "peer", "name", host, "netns", hub);
        Command.run("ip", "-n", hub, "link", "set", host, "master", "bridge", "up");
        Command.run("ip", "-n", namespace, "addr", "add", address + "/24", "dev", "eth0");
        Command.run("ip", "-n", namespace, "link", "set", "eth0", "up");
        Command.run("ip", "-n", namespace, "link", "set", "lo", "up");
        iptables(host, "-N", RULES);
        iptables(host, "-A", "INPUT", "-j", RULES);
        iptables(host, "-A", "OUTPUT", "-j", RULES);
    }

    String address(String host) {
        return Objects.requireNonNull(addresses.get(host), host);
    }

    /** What runs a command on this host; it replaces itself by the command. */
    List<String> launcher(String host) {
        return List.of("setsid", "ip", "netns", "exec", prefix + host); // not among those that a Ctrl-C ends
    }

    /** Resets whoever connects to this port of the host, or sends to it. */
    void refuse(String host, int port) throws IOException {
        iptables(
                host,
                "-A",
                RULES,
                "-p",
                "tcp",
                "-d",
                address(host),
                "--dport",
                String.valueOf(port),
                "-j",
                "REJECT",
                "--reject-with",
                "tcp-reset");
    }

    /** Swallows what comes to this port of the host. */
    void swallow(String host, int port) throws IOException {
        iptables(host, "-A", RULES, "-p", "tcp", "-d", address(host), "--dport", String.valueOf(port), "-j", "DROP");
    }

    /** Swallows what the host sends to this port of others, and what comes to its own. */
    void cut(String host, int port) throws IOException {
        iptables(host, "-A", RULES, "-p", "tcp", "--dport", String.valueOf(port), "-j", "DROP");
        iptables(host, "-A", RULES, "-p", "tcp", "--sport", String.valueOf(port), "-j", "DROP");
    }

    /** Lets nothing through between the two sides. */
    void split(List<String> side, List<String> otherSide) throws IOException {
        for (String host : side) {
            for (String other : otherSide) {
                iptables(host, "-A", RULES, "-s", address(other), "-j", "DROP");
                iptables(host, "-A", RULES, "-d", address(other), "-j", "DROP");
            }
        }
    }

    /** Takes back all that was done to the traffic of this host. */
    void heal(String host) throws IOException {
        iptables(host, "-F", RULES);
    }

    private void iptables(String host, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", prefix + host, "iptables", "-w"));
        command.addAll(List.of(arguments));
        Command.run(command.toArray(String[]::new));
    }

    @Override
    public void close() throws IOException {
        for (String line : Command.run("ip", "netns", "list").split("\n", -1)) {
            String namespace = line.replaceAll(" .*", "");
            if (namespace.startsWith(prefix)) {
                for (String pid : Command.run("ip", "netns", "pids", namespace).split("\\s+", -1)) {
                    ProcessHandle.of(pid.isEmpty() ? -1 : Long.parseLong(pid))
                            .ifPresent(ProcessHandle::destroyForcibly);
                }
                Command.run("ip", "netns", "del", namespace); // and with it the ends of its links
            }
        }
    }
}
