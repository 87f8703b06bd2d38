package io.jvmroute.it.campaign;

import io.jvmroute.it.JettyRuntime;
import io.jvmroute.it.TomcatRuntime;
import io.jvmroute.it.campaign.history.Checker;
import io.jvmroute.it.campaign.history.Finding;
import io.jvmroute.it.campaign.history.History;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Plants one defect after the other into copies of the product, plays the fault under which it shows until it is noticed, and prints which rules of the checker
 * noticed it. Leaves a report of each in {@code integration-tests/target/campaign/planted}.
 *
 * <p>Arguments: parts of the names of defects to plant; all without. Exit status 1 if a defect went unnoticed, 2 if nothing could be planted.
 */
public final class PlantedDefects {
    private static final long SEED = 7;
    private static final int USERS = 24;
    private static final int MOST_ROUNDS = 3;
    private static final Path REPORTS = Path.of("integration-tests/target/campaign/planted");
    private static final String ROW = "%-9s  %-52s  %-10s  %5s s  %s%n";

    private final Ending ending = Ending.ofThisThread();

    private PlantedDefects() {}

    /** Exits with 0 if each defect was noticed. */
    public static void main(String[] arguments) {
        List<PlantedDefect> defects = PlantedDefect.ALL.stream()
                .filter(defect ->
                        arguments.length == 0 || Arrays.stream(arguments).anyMatch(defect.name()::contains))
                .toList();
        if (defects.isEmpty()) {
            System.err.println("campaign-planted: " + String.join(" ", arguments)
                    + " (expected: parts of these names, or nothing for all)");
            PlantedDefect.ALL.forEach(defect -> System.err.println("  " + defect.name()));
            System.exit(2);
        }
        String missing = Namespaces.missing();
        if (missing != null) {
            System.err.println(missing);
            System.exit(2);
        }
        Figures.limitWaits();
        try {
            System.exit(new PlantedDefects().run(defects) ? 0 : 1);
        } catch (InterruptedException e) {
            System.err.println("campaign-planted: interrupted");
            System.exit(130);
        } catch (IOException e) {
            System.err.println("campaign-planted: " + e.getMessage());
            System.exit(2);
        }
    }

    private boolean run(List<PlantedDefect> defects) throws IOException, InterruptedException {
        try {
            System.out.printf(ROW, "", "defect", "fault", "", "noticed by");
            boolean all = true;
            for (PlantedDefect defect : defects) {
                all &= isNoticed(defect);
            }
            return all;
        } finally {
            ending.done();
        }
    }

    private boolean isNoticed(PlantedDefect defect) throws IOException, InterruptedException {
        long start = System.nanoTime();
        List<Finding> findings = play(defect);
        boolean noticed = isNoticed(defect, findings);
        Map<String, Long> rules =
                findings.stream().collect(Collectors.groupingBy(Finding::rule, TreeMap::new, Collectors.counting()));
        System.out.printf(
                ROW,
                noticed ? "caught" : "UNNOTICED",
                defect.name(),
                defect.fault().option(),
                Duration.ofNanos(System.nanoTime() - start).toSeconds(),
                rules);
        findings.stream()
                .filter(finding -> defect.rules().contains(finding.rule()))
                .limit(1)
                .forEach(finding -> System.out.println("           " + finding));
        return noticed;
    }

    private static boolean isNoticed(PlantedDefect defect, List<Finding> findings) {
        return findings.stream().anyMatch(finding -> defect.rules().contains(finding.rule()));
    }

    private static List<Finding> play(PlantedDefect defect) throws IOException, InterruptedException {
        Path folder = Path.of(TomcatRuntime.property("jvmroute.it.work")).resolve("planted");
        Files.createDirectories(folder);
        Path sources = Path.of(TomcatRuntime.property("jvmroute.it.sources")).resolve("io/jvmroute");
        Map<String, byte[]> classes = Planting.compile(defect, sources, folder);
        Path jar = folder.resolve("valve.jar");
        Path archive = folder.resolve("jetty.jar");
        Planting.replace(TomcatRuntime.jar(), classes, jar);
        Planting.replace(JettyRuntime.moduleArchive(), classes, archive);
        Distribution distribution = new Distribution(jar, archive, folder.resolve("notes"));
        try (CampaignCluster cluster = CampaignCluster.start(CampaignCluster.Kind.TOMCAT, distribution)) {
            History.Allowance allowance = History.Allowance.NONE;
            CampaignRun run = new CampaignRun(cluster, allowance, line -> {});
            run.begin(USERS, SEED);
            Schedule schedule = Schedule.brief(SEED, List.of(defect.fault()));
            for (int i = 0; i < MOST_ROUNDS && !isNoticed(defect, Checker.check(run.soFar())); i++) {
                run.play(schedule, /* faults= */ 1);
            }
            History history = run.end();
            List<Finding> findings = Checker.check(history);
            new Report(defect.name().replace(' ', '-'), SEED, history, findings).write(REPORTS);
            return findings;
        }
    }
}
