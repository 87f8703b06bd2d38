package io.jvmroute.it.campaign;

import io.jvmroute.it.campaign.history.FaultKind;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

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
    private static final Set<String> NAMES =
            Set.of("--seed", "--minutes", "--fault", "--nodes", "--users", "--patience", "--report");

    static final String HELP = """
        campaign: users, a cluster of real servers in network namespaces, and faults. Needs root, Linux, ip, iptables and a build
        (./mvnw -pl integration-tests -am verify -DskipTests), and libfaketime for shifted clocks, which are left out without it.

          integration-tests/campaign [--seed 7] [--minutes 60] [--fault all]

          --seed N         the order of faults and what users do; a random one unless given, and printed
          --minutes M      how long, for each kind of nodes; default 10
          --smoke          each fault once instead, as short as it can be, whatever --minutes says
          --fault A,B      all (default), or some of: %s
          --nodes KIND     tomcat, jetty or both (default), one after the other
          --users N        default 24, of a smoke 12
          --patience X     failovers may take X times as long as on an idle machine; default 1
          --report FOLDER  where report-NODES.html, report-NODES.json and history-NODES.tsv go; default integration-tests/target/campaign

        Exit status: 0 all promises were kept, 1 some were not, 2 it could not run, 130 interrupted (with a report of what was).
        """.formatted(String.join(
            ", ", Arrays.stream(FaultKind.values()).map(FaultKind::option).toList()));

    /**
     * The options of these arguments.
     *
     * @throws IllegalArgumentException if one is unknown or wrong
     */
    static Options parse(String... arguments) {
        Map<String, String> given = new HashMap<>();
        boolean smoke = false;
        Iterator<String> rest = List.of(arguments).iterator();
        while (rest.hasNext()) {
            String name = rest.next();
            if (name.equals("--smoke")) {
                smoke = true;
            } else if (!NAMES.contains(name)) {
                throw new IllegalArgumentException(name + " (expected: see --help)");
            } else if (rest.hasNext()) {
                given.put(name, rest.next());
            } else {
                throw new IllegalArgumentException(name + ": no value");
            }
        }
        return new Options(
                value(given, "--seed", Long::valueOf, "a whole number", System.nanoTime() & 0xffff),
                value(given, "--minutes", Options::positive, "a number > 0", 10.0),
                faults(given.getOrDefault("--fault", "all")),
                value(
                        given,
                        "--nodes",
                        Options::nodes,
                        "tomcat, jetty or both",
                        List.of(CampaignCluster.Kind.values())),
                value(given, "--users", Options::count, "a whole number > 0", smoke ? SMOKE_USERS : USERS),
                value(given, "--patience", Options::positive, "a number > 0", 1.0),
                Path.of(given.getOrDefault("--report", "integration-tests/target/campaign")),
                smoke);
    }

    private static <T> T value(
            Map<String, String> given, String name, Function<String, T> parser, String expected, T otherwise) {
        String value = given.get(name);
        if (value == null) {
            return otherwise;
        }
        try {
            return parser.apply(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + " " + value + " (expected: " + expected + ")", e);
        }
    }

    private static double positive(String value) {
        double number = Double.parseDouble(value);
        if (!(number > 0 && number < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException();
        }
        return number;
    }

    private static int count(String value) {
        int number = Integer.parseInt(value);
        if (number < 1) {
            throw new IllegalArgumentException();
        }
        return number;
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

    /** The same but for this fault. */
    Options without(FaultKind kind) {
        List<FaultKind> others = faults.stream().filter(fault -> fault != kind).toList();
        return new Options(seed, minutes, others, nodes, users, patience, report, smoke);
    }
}
