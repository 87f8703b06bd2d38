package io.jvmroute.it.campaign;

import io.jvmroute.it.campaign.history.FaultKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A deliberate defect of the product: one place of one source file, changed.
 *
 * @param source the file below {@code jvmroute-common/src/main/java/io/jvmroute}
 * @param text what stands there, once
 * @param replacement what stands there instead
 * @param fault under which it shows
 * @param rules those of the checker of which one has to notice it
 */
record PlantedDefect(String name, String source, String text, String replacement, FaultKind fault, List<String> rules) {
    static final List<PlantedDefect> ALL = List.of(
            new PlantedDefect(
                    "re-pin without agreement",
                    "AffinityRouter.java",
                    "if (key == null || target == null || joined == null || !joined.isJoined()) {",
                    "if (target != null) { var all = NodeSelector.candidates(view);"
                            + " target = all.get(ThreadLocalRandom.current().nextInt(all.size())); }"
                            + " if (key == null || target == null || joined == null || true) {",
                    FaultKind.KILL,
                    List.of("moves", "owner")),
            new PlantedDefect(
                    "a POST is sent twice",
                    "forward/Hop.java",
                    "default -> false;",
                    "default -> true;",
                    FaultKind.KILL_POST,
                    List.of("executed")),
            new PlantedDefect(
                    "the code of a hop is not compared",
                    "forward/HopTickets.java",
                    "        return NOTHING;\n    }\n\n    private static boolean isWellFormed(",
                    "        return values;\n    }\n\n    private static boolean isWellFormed(",
                    FaultKind.PAUSE,
                    List.of("forged")),
            new PlantedDefect(
                    "a forged hop is taken for a client's request",
                    "policy/AffinityPolicy.java",
                    "if (arrival != Arrival.CLIENT) {",
                    "if (arrival == Arrival.HOP) {",
                    FaultKind.PAUSE,
                    List.of("forged")),
            new PlantedDefect(
                    "one connection for two requests at a time",
                    "forward/BackendPool.java",
                    "BackendConnection newest = idle.pollFirst();",
                    "BackendConnection newest = idle.peekFirst();",
                    FaultKind.PAUSE,
                    List.of("crossed", "truncated", "failed")),
            new PlantedDefect(
                    "a response that breaks off looks whole",
                    "forward/Hop.java",
                    "            exchange.breakResponse();\n            return new ForwardResult(\n"
                            + "                    ForwardResult.Outcome.BROKEN,",
                    "            return new ForwardResult(\n                    ForwardResult.Outcome.DONE,",
                    FaultKind.KILL_BODY,
                    List.of("truncated")),
            new PlantedDefect(
                    "a logout leaves the pin",
                    "record/OwnedSessions.java",
                    "if (pin.finish(Phase.ENDED)) {",
                    "if (pin.finish(Phase.ENDED) && lost.get() < 0) {",
                    FaultKind.KILL,
                    List.of("left")),
            new PlantedDefect(
                    "a frozen node counts as well",
                    "Reachability.java",
                    "probe.look(node.url())",
                    "probe.knock(node.url())",
                    FaultKind.FREEZE,
                    List.of("failover", "failed")),
            new PlantedDefect(
                    "no other node where one refuses connections",
                    "forward/ForwardResult.java",
                    "return mayGoElsewhere\n",
                    "return false\n",
                    FaultKind.REFUSE,
                    List.of("failed")),
            new PlantedDefect(
                    "a stop does not drain",
                    "Drain.java",
                    "    void awaitDrained() {\n",
                    "    void awaitDrained() {\n        if (config != null) {\n            return;\n        }\n",
                    FaultKind.RESTART,
                    List.of("failed")),
            new PlantedDefect(
                    "a tunnel outlives its owner",
                    "forward/Tunnel.java",
                    "            if (!goAway.awaitsAnswer()) {\n",
                    "            if (goAway.awaitsAnswer()) {\n",
                    FaultKind.KILL_STREAM,
                    List.of("stream")),
            new PlantedDefect(
                    "a node that joins stays cold",
                    "SlowStart.java",
                    "return passed >= rampNanos",
                    "return begins.values().stream().anyMatch(other -> other.nanos() < begin(node).nanos() - rampNanos)"
                            + " ? 0 : passed >= rampNanos",
                    FaultKind.SCALE_OUT,
                    List.of("share")),
            new PlantedDefect(
                    "a hop from the future is refused",
                    "forward/HopTickets.java",
                    "            ClientEnd client = new ClientEnd(\n",
                    "            long started = Long.parseLong(decode(values[2]).substring(0, 16), 16);"
                            + " if (started > System.currentTimeMillis() + 60_000) { return null; }"
                            + " ClientEnd client = new ClientEnd(\n",
                    FaultKind.CLOCKS,
                    List.of("failed")),
            new PlantedDefect(
                    "a thawed node serves what it has",
                    "PauseGuard.java",
                    "return doubtful || (",
                    "return doubtful && (",
                    FaultKind.FREEZE,
                    List.of("stale", "counter", "moves", "owner")));

    /**
     * The source with the defect.
     *
     * @throws IOException if the place is not there, or more than once
     */
    String plant(Path sources) throws IOException {
        String content = Files.readString(sources.resolve(source));
        int at = content.indexOf(text);
        if (at < 0 || content.indexOf(text, at + 1) >= 0) {
            throw new IOException(source + ": " + text + " (expected: once)");
        }
        return content.replace(text, replacement);
    }
}
