package io.jvmroute.it.campaign;

import io.jvmroute.it.campaign.history.FaultKind;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/**
 * What the command line says.
 *
 * @param patience how many times as long as on an idle machine a failover may take
 * @param report the folder for the report
 * @param smoke whether each fault is played once, as short as it can be
 */
record Options(
        long seed,
        double minutes,
        List<FaultKind> faults,
        List<CampaignCluster.Kind> nodes,
        int users,
        double patience,
        Path report,
        boolean smoke) {
    private static final int USERS = 24;
    private static final int SMOKE_USERS = 12;

    static final String HELP = """
        campaign: users, a cluster of real servers in network namespaces, and faults. Needs root, Linux, iptables and a build
        (./mvnw -pl integration-tests -am verify -DskipTests).

          integration-tests/campaign [--seed 7] [--minutes 60] [--fault all]

          --seed N         the order of faults and what users do; a random one unless given, and printed
          --minutes M      how long, for each kind of nodes; default 10
          --smoke          each fault once instead, as short as it can be
          --fault A,B      all (default), or some of: %s
          --nodes KIND     tomcat, jetty or both (default), one after the other
          --users N        default 24, of a smoke 12
          --patience X     failovers may take X times as long as on an idle machine; default 1
          --report FOLDER  where report.html, report.json and history.tsv go; default integration-tests/target/campaign

        Exit status: 0 all promises were kept, 1 some were not, 2 it could not run, 130 interrupted (with a report of what was).
        """.formatted(String.join(
            ", ", Arrays.stream(FaultKind.values()).map(FaultKind::option).toList()));

    /**
     * The options of these arguments.
     *
     * @throws IllegalArgumentException if one is unknown or wrong
     */
    static Options parse(String... arguments) {
        Options options = new Options(
                System.nanoTime() & 0xffff,
                10,
                List.of(FaultKind.values()),
                List.of(CampaignCluster.Kind.values()),
                USERS,
                1,
                Path.of("integration-tests/target/campaign"),
                /* smoke= */ false);
        Iterator<String> rest = List.of(arguments).iterator();
        while (rest.hasNext()) {
            String name = rest.next();
            if (name.equals("--smoke")) {
                options = options.asSmoke();
            } else if (rest.hasNext()) {
                options = options.with(name, rest.next());
            } else {
                throw new IllegalArgumentException(name + ": no value");
            }
        }
        return options;
    }

    /** The same but for this fault. */
    Options without(FaultKind kind) {
        List<FaultKind> others = faults.stream().filter(fault -> fault != kind).toList();
        return new Options(seed, minutes, others, nodes, users, patience, report, smoke);
    }

    private Options asSmoke() {
        int smokeUsers = users == USERS ? SMOKE_USERS : users;
        return new Options(seed, minutes, faults, nodes, smokeUsers, patience, report, /* smoke= */ true);
    }

    private Options with(String name, String value) {
        return switch (name) {
            case "--seed" -> new Options(Long.parseLong(value), minutes, faults, nodes, users, patience, report, smoke);
            case "--minutes" ->
                new Options(seed, Double.parseDouble(value), faults, nodes, users, patience, report, smoke);
            case "--fault" -> new Options(seed, minutes, faults(value), nodes, users, patience, report, smoke);
            case "--nodes" -> new Options(seed, minutes, faults, nodes(value), users, patience, report, smoke);
            case "--users" ->
                new Options(seed, minutes, faults, nodes, Integer.parseInt(value), patience, report, smoke);
            case "--patience" ->
                new Options(seed, minutes, faults, nodes, users, Double.parseDouble(value), report, smoke);
            case "--report" -> new Options(seed, minutes, faults, nodes, users, patience, Path.of(value), smoke);
            default -> throw new IllegalArgumentException(name + " (expected: see --help)");
        };
    }

    private static List<FaultKind> faults(String value) {
        return value.equals("all")
                ? List.of(FaultKind.values())
                : Arrays.stream(value.split(",", -1)).map(FaultKind::of).toList();
    }

    private static List<CampaignCluster.Kind> nodes(String value) {
        return value.equals("both")
                ? List.of(CampaignCluster.Kind.values())
                : List.of(CampaignCluster.Kind.valueOf(value.toUpperCase(Locale.ROOT)));
    }
}
