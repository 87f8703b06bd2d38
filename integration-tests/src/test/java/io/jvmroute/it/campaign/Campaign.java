package io.jvmroute.it.campaign;

import io.jvmroute.it.JettyRuntime;
import io.jvmroute.it.TomcatRuntime;
import io.jvmroute.it.campaign.history.Checker;
import io.jvmroute.it.campaign.history.FaultKind;
import io.jvmroute.it.campaign.history.Finding;
import io.jvmroute.it.campaign.history.History;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The command; see {@link Options#HELP}. */
public final class Campaign {
    private static final int SHOWN_FINDINGS = 20;

    private Options options;
    private final List<Report> reports = new ArrayList<>();
    private final Ending ending = Ending.ofThisThread();
    private boolean interrupted;

    private Campaign(Options options) {
        this.options = options;
    }

    /** Exits with 0 if every promise was kept. */
    public static void main(String[] arguments) {
        if (List.of(arguments).contains("--help")) {
            System.out.print(Options.HELP);
            return;
        }
        try {
            System.exit(new Campaign(Options.parse(arguments)).run());
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
        } catch (InterruptedException e) {
            System.err.println("campaign: interrupted");
            System.exit(130);
        } catch (IOException e) {
            System.err.println("campaign: " + e.getMessage());
            System.exit(2);
        }
    }

    private int run() throws IOException, InterruptedException {
        try {
            return runAll();
        } finally {
            ending.done();
        }
    }

    private int runAll() throws IOException, InterruptedException {
        String missing = Namespaces.missing();
        if (missing != null) {
            throw new IOException(missing);
        }
        leaveOutClocks();
        Figures.limitWaits();
        System.out.println("seed " + options.seed());
        for (CampaignCluster.Kind kind : options.nodes()) {
            if (!interrupted) {
                Report report = run(kind);
                report.write(options.report());
                System.out.println("see "
                        + options.report()
                                .resolve("report-" + report.nodes() + ".html")
                                .toAbsolutePath());
                reports.add(report);
            }
        }
        boolean clean = reports.stream().allMatch(report -> report.findings().isEmpty());
        return interrupted ? 130 : clean ? 0 : 1;
    }

    /** Where they can't be shifted, unless nothing else is to be played. */
    private void leaveOutClocks() throws IOException {
        String missing = ShiftedClock.missing();
        if (missing != null && options.faults().contains(FaultKind.CLOCKS)) {
            options = options.without(FaultKind.CLOCKS);
            if (options.faults().isEmpty()) {
                throw new IOException(missing);
            }
            System.out.println(FaultKind.CLOCKS.option() + ": left out, " + missing);
        }
    }

    private Report run(CampaignCluster.Kind kind) throws IOException, InterruptedException {
        String name = kind.name().toLowerCase(Locale.ROOT);
        Path notes = Path.of(TomcatRuntime.property("jvmroute.it.work")).resolve("notes-" + name);
        Files.createDirectories(notes.getParent());
        Distribution distribution = new Distribution(TomcatRuntime.jar(), JettyRuntime.moduleArchive(), notes);
        System.out.println("starting two frontends and three nodes of " + name);
        try (CampaignCluster cluster = CampaignCluster.start(kind, distribution)) {
            CampaignRun run = new CampaignRun(
                    cluster, new History.Allowance(options.patience(), /* timed= */ true), System.out::println);
            @Nullable IOException failure = null;
            try {
                run.begin(options.users(), options.seed());
                play(run);
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (IOException e) {
                failure = e; // a cluster that does not become whole again is a finding, too
            }
            interrupted |= ending.isAsked();
            return interrupted ? report(name, run.cutShort(), /* failure= */ null) : report(name, run.end(), failure);
        }
    }

    private void play(CampaignRun run) throws IOException, InterruptedException {
        Schedule schedule = options.smoke()
                ? Schedule.brief(options.seed(), options.faults())
                : new Schedule(options.seed(), options.faults());
        if (options.smoke()) {
            run.play(schedule, options.faults().size());
        } else {
            run.play(schedule, options.minutes());
        }
    }

    private Report report(String name, History history, @Nullable IOException failure) {
        List<Finding> findings = new ArrayList<>(Checker.check(history));
        if (failure != null) {
            findings.add(new Finding("whole", System.currentTimeMillis(), String.valueOf(failure.getMessage())));
        }
        Report report = new Report(name, options.seed(), history, findings);
        System.out.println(report.summary());
        findings.stream().limit(SHOWN_FINDINGS).forEach(finding -> System.out.println("  " + finding));
        return report;
    }
}
