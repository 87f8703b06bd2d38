package io.jvmroute.it.campaign;

import io.jvmroute.it.campaign.history.FaultKind;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What the command line says.
 *
 * @param patience how many times as long as on an idle machine a failover may take
 * @param report the folder for the report
 */
record Options(
        long seed,
        double minutes,
        List<FaultKind> faults,
        List<CampaignCluster.Kind> nodes,
        int users,
        double patience,
        Path report) {
    static final String HELP = """
        campaign: users, a cluster of real servers in network namespaces, and faults. Needs root, Linux, iptables and a build
        (./mvnw -pl integration-tests -am verify -DskipTests).

          integration-tests/campaign [--seed 7] [--minutes 60] [--fault all]

          --seed N         the order of faults and what users do; a random one unless given, and printed
          --minutes M      how long, for each kind of nodes; default 10
          --fault A,B      all (default), or some of: %s
          --nodes KIND     tomcat, jetty or both (default), one after the other
          --users N        default 24
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
                24,
                1,
                Path.of("integration-tests/target/campaign"));
        for (int i = 0; i < arguments.length; i += 2) {
            if (i + 1 == arguments.length) {
                throw new IllegalArgumentException(arguments[i] + ": no value");
            }
            options = options.with(arguments[i], arguments[i + 1]);
        }
        return options;
    }

    private Options with(String name, String value) {
        return switch (name) {
            case "--seed" -> new Options(Long.parseLong(value), minutes, faults, nodes, users, patience, report);
            case "--minutes" -> new Options(seed, Double.parseDouble(value), faults, nodes, users, patience, report);
            case "--fault" -> new Options(seed, minutes, faults(value), nodes, users, patience, report);
            case "--nodes" -> new Options(seed, minutes, faults, nodes(value), users, patience, report);
            case "--users" -> new Options(seed, minutes, faults, nodes, Integer.parseInt(value), patience, report);
            case "--patience" -> new Options(seed, minutes, faults, nodes, users, Double.parseDouble(value), report);
            case "--report" -> new Options(seed, minutes, faults, nodes, users, patience, Path.of(value));
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
