package io.jvmroute.it.campaign;

import io.jvmroute.it.JettyRuntime;
import io.jvmroute.it.TomcatRuntime;
import io.jvmroute.it.campaign.history.Checker;
import io.jvmroute.it.campaign.history.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Plants one defect after the other into copies of the product, plays one fault against each, and prints which rules of the checker noticed.
 *
 * <p>Arguments: parts of the names of defects to plant; all without. Exit status 1 if a defect went unnoticed.
 */
public final class PlantedDefects {
    private static final long SEED = 7;
    private static final int USERS = 24;
    private static final int ROUNDS = 2;

    private PlantedDefects() {}

    /** Exits with 0 if each defect was noticed. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        String missing = Network.missing();
        if (missing != null) {
            System.err.println(missing);
            System.exit(2);
        }
        Figures.limitWaits();
        int unnoticed = 0;
        for (PlantedDefect defect : PlantedDefect.ALL) {
            if (arguments.length == 0 || List.of(arguments).stream().anyMatch(defect.name()::contains)) {
                List<Finding> findings = play(defect);
                boolean noticed =
                        findings.stream().anyMatch(finding -> defect.rules().contains(finding.rule()));
                Map<String, Long> rules =
                        findings.stream().collect(Collectors.groupingBy(Finding::rule, Collectors.counting()));
                System.out.printf(
                        "%-9s %-48s %-12s %s%n",
                        noticed ? "caught" : "UNNOTICED",
                        defect.name(),
                        defect.fault().option(),
                        rules);
                findings.stream()
                        .filter(finding -> defect.rules().contains(finding.rule()))
                        .limit(1)
                        .forEach(finding -> System.out.println("          " + finding));
                unnoticed += noticed ? 0 : 1;
            }
        }
        System.exit(unnoticed == 0 ? 0 : 1);
    }

    private static List<Finding> play(PlantedDefect defect) throws IOException, InterruptedException {
        Path folder = Path.of(TomcatRuntime.property("jvmroute.it.work")).resolve("planted");
        Files.createDirectories(folder);
        Map<String, byte[]> classes = Planting.compile(defect, folder);
        Path jar = folder.resolve("valve.jar");
        Path archive = folder.resolve("jetty.jar");
        Planting.replace(TomcatRuntime.jar(), classes, jar);
        Planting.replace(JettyRuntime.moduleArchive(), classes, archive);
        Distribution distribution = new Distribution(jar, archive, folder.resolve("notes"));
        try (CampaignCluster cluster = CampaignCluster.start(CampaignCluster.Kind.TOMCAT, distribution)) {
            CampaignRun run = new CampaignRun(cluster, /* patience= */ 1, line -> {});
            run.begin(USERS, SEED);
            Schedule schedule = new Schedule(SEED, List.of(defect.fault()));
            for (int i = 0; i < ROUNDS; i++) {
                run.play(schedule.next());
            }
            return Checker.check(run.end());
        }
    }
}
