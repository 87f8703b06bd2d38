package io.jvmroute.it.campaign;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.remote.JMXServiceURL;
import org.jspecify.annotations.Nullable;

/**
 * Network namespaces, one per server, joined by a bridge in one more; this process reaches them all, and is never part of a fault.
 *
 * <pre>
 *   users --- veth --- [hub: bridge] --- veth --- [f1]
 *                                    --- veth --- [n1] …
 * </pre>
 *
 * They bear the process id of their campaign: whoever comes next removes what was left by one that was killed.
 */
final class Namespaces implements Network {
    private static final String RULES = "jvmroute";
    private static final Pattern NAME = Pattern.compile("jvr(\\d+)-\\w+");
    private static final int JMX_PORT = 7091;
    private static final int SUBNETS = 250;

    private final String prefix;
    private final String subnet;
    private final Map<String, String> addresses = new LinkedHashMap<>();

    private Namespaces(String prefix, String subnet) {
        this.prefix = prefix;
        this.subnet = subnet;
    }

    /** Why this machine can't have them; null if it can. */
    static @Nullable String missing() {
        String trial = prefix(ProcessHandle.current().pid()) + "trial";
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
    static Namespaces create(List<String> hosts) throws IOException {
        long pid = ProcessHandle.current().pid();
        removeLeftOnes();
        Namespaces network = new Namespaces(prefix(pid), freeSubnet(pid));
        Ending.closeAtEnd(network);
        try {
            network.setUp(hosts);
        } catch (IOException e) {
            network.close();
            throw e;
        }
        return network;
    }

    private static String prefix(long pid) {
        return "jvr" + pid + "-";
    }

    /** Those of campaigns that are no more. */
    private static void removeLeftOnes() throws IOException {
        for (String namespace : names()) {
            Matcher matcher = NAME.matcher(namespace);
            if (matcher.matches()
                    && ProcessHandle.of(Long.parseLong(matcher.group(1))).isEmpty()) {
                remove(namespace);
            }
        }
    }

    private static String freeSubnet(long pid) throws IOException {
        String taken = Command.run("ip", "-4", "addr", "show");
        for (int i = 0; i < SUBNETS; i++) {
            String subnet = "10.89." + (pid + i) % SUBNETS + ".";
            if (!taken.contains(" " + subnet)) {
                return subnet;
            }
        }
        throw new IOException("10.89.0.0/16: no free subnet");
    }

    private void setUp(List<String> hosts) throws IOException {
        String hub = prefix + "hub";
        Command.run("ip", "netns", "add", hub);
        Command.run("ip", "-n", hub, "link", "add", "bridge", "type", "bridge");
        Command.run("ip", "-n", hub, "link", "set", "bridge", "up");
        Command.run("ip", "link", "add", prefix + "up", "type", "veth", "peer", "name", "users", "netns", hub);
        Command.run("ip", "-n", hub, "link", "set", "users", "master", "bridge", "up");
        Command.run("ip", "addr", "add", ownAddress() + "/24", "dev", prefix + "up");
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

    @Override
    public String address(String host) {
        return Objects.requireNonNull(addresses.get(host), host);
    }

    @Override
    public String ownAddress() {
        return subnet + "1";
    }

    @Override
    public int port(String host, Service service) {
        return service.usualPort();
    }

    @Override
    public List<String> launcher(String host) {
        return List.of("setsid", "ip", "netns", "exec", prefix + host); // not among those that a Ctrl-C ends
    }

    @Override
    public String[] jvmArguments(String host) {
        return new String[] {
            "-Dcom.sun.management.jmxremote.port=" + JMX_PORT,
            "-Dcom.sun.management.jmxremote.rmi.port=" + JMX_PORT,
            "-Dcom.sun.management.jmxremote.host=" + address(host),
            "-Dcom.sun.management.jmxremote.authenticate=false",
            "-Dcom.sun.management.jmxremote.ssl=false",
            "-Djava.rmi.server.hostname=" + address(host)
        };
    }

    /** For whoever reaches the namespace. */
    @Override
    public JMXServiceURL jmx(String host, ProcessHandle process) throws IOException {
        return new JMXServiceURL("service:jmx:rmi:///jndi/rmi://" + address(host) + ":" + JMX_PORT + "/jmxrmi");
    }

    @Override
    public void refuse(String host, Service service) throws IOException {
        iptables(
                host,
                "-A",
                RULES,
                "-p",
                "tcp",
                "-d",
                address(host),
                "--dport",
                String.valueOf(service.usualPort()),
                "-j",
                "REJECT",
                "--reject-with",
                "tcp-reset");
    }

    @Override
    public void swallow(String host, Service service) throws IOException {
        String port = String.valueOf(service.usualPort());
        iptables(host, "-A", RULES, "-p", "tcp", "-d", address(host), "--dport", port, "-j", "DROP");
    }

    @Override
    public void cut(String host, Service service) throws IOException {
        String port = String.valueOf(service.usualPort());
        iptables(host, "-A", RULES, "-p", "tcp", "--dport", port, "-j", "DROP");
        iptables(host, "-A", RULES, "-p", "tcp", "--sport", port, "-j", "DROP");
    }

    @Override
    public void split(List<String> side, List<String> otherSide) throws IOException {
        for (String host : side) {
            for (String other : otherSide) {
                iptables(host, "-A", RULES, "-s", address(other), "-j", "DROP");
                iptables(host, "-A", RULES, "-d", address(other), "-j", "DROP");
            }
        }
    }

    @Override
    public void heal(String host) throws IOException {
        iptables(host, "-F", RULES);
    }

    private void iptables(String host, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", prefix + host, "iptables", "-w"));
        command.addAll(List.of(arguments));
        Command.run(command.toArray(String[]::new));
    }

    @Override
    public synchronized void close() throws IOException {
        for (String namespace : names()) {
            if (namespace.startsWith(prefix)) {
                remove(namespace);
            }
        }
    }

    private static List<String> names() throws IOException {
        return Command.run("ip", "netns", "list")
                .lines()
                .map(line -> line.replaceAll(" .*", ""))
                .toList();
    }

    private static void remove(String namespace) throws IOException {
        for (String pid : Command.run("ip", "netns", "pids", namespace).split("\\s+", -1)) {
            ProcessHandle.of(pid.isEmpty() ? -1 : Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
        }
        Command.run("ip", "netns", "del", namespace); // and with it the ends of its links
    }
}
