package io.jvmroute.it;

import io.jvmroute.it.contract.ContractCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.jboss.arquillian.container.test.api.ContainerController;
import org.jboss.arquillian.container.test.api.Deployer;

/** Nodes that Arquillian starts, deploys to and stops. Its containers belong to the thread of the test. */
final class ArquillianCluster implements ContractCluster {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private final NodeGroup group;
    private final ContainerController controller;
    private final Deployer deployer;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, ProcessHandle> processes = new HashMap<>();
    private final Set<String> deployed = new HashSet<>();

    ArquillianCluster(NodeGroup group, ContainerController controller, Deployer deployer) {
        this.group = group;
        this.controller = controller;
        this.deployer = deployer;
    }

    @Override
    public List<String> nodes() {
        return group.names();
    }

    @Override
    public boolean isRunning(String node) {
        return processes.containsKey(node);
    }

    @Override
    public void start(String node) {
        Set<ProcessHandle> before = ProcessHandle.current().descendants().collect(Collectors.toSet());
        controller.start(node);
        processes.put(
                node,
                ProcessHandle.current()
                        .descendants()
                        .filter(process -> !before.contains(process) && process.isAlive())
                        .findAny()
                        .orElseThrow());
        // A node that starts again finds in its folder what was deployed before.
        if (deployed.add(node)) {
            deployer.deploy(node);
        }
        Awaitility.await()
                .atMost(LIMIT)
                .ignoreExceptions()
                .until(() -> get(shop(node).resolve("plain")).startsWith("Leaf"));
    }

    @Override
    public void stop(String node) {
        controller.stop(node);
        awaitEnd(node);
    }

    /** Arquillian's own kill is a polite SIGTERM; it only learns here that the process is gone. */
    @Override
    public void kill(String node) {
        processes.get(node).destroyForcibly();
        awaitEnd(node);
        controller.kill(node);
    }

    @Override
    public void freeze(String node) {
        signal("-STOP", node);
    }

    @Override
    public void thaw(String node) {
        signal("-CONT", node);
    }

    private void signal(String signal, String node) {
        try {
            String pid = String.valueOf(processes.get(node).pid());
            Process kill = new ProcessBuilder("kill", signal, pid).inheritIO().start();
            if (kill.onExit().join().exitValue() != 0) {
                throw new IllegalStateException("kill " + signal + " " + pid + " failed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitEnd(String node) {
        processes.remove(node).onExit().join();
    }

    @Override
    public URI shop(String node) {
        return group.uri(node, "/shop/");
    }

    @Override
    public String route(String node) {
        return node;
    }

    @Override
    public void awaitCopies() {
        group.awaitCopies(processes);
    }

    @Override
    public int forwardsInFlight(String node) {
        try (NodeJmx jmx = NodeJmx.attach(processes.get(node).pid(), route(node))) {
            return jmx.affinity().getForwardsInFlight();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends what runs, without Arquillian: it controls containers only while a test runs. */
    @Override
    public void close() {
        processes.values().forEach(ProcessHandle::destroy);
        processes
                .values()
                .forEach(process -> process.onExit()
                        .completeOnTimeout(process, LIMIT.toSeconds(), TimeUnit.SECONDS)
                        .join());
        processes.values().forEach(ProcessHandle::destroyForcibly);
        processes.clear();
        group.close();
    }

    private String get(URI uri) {
        HttpRequest request = HttpRequest.newBuilder(uri).timeout(LIMIT).build();
        return http.sendAsync(request, BodyHandlers.ofString()).join().body();
    }
}
