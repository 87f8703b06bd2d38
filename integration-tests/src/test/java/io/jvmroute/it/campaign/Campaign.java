package io.jvmroute.it.campaign;

import io.jvmroute.it.JettyRuntime;
import io.jvmroute.it.TomcatRuntime;
import io.jvmroute.it.campaign.history.Checker;
import io.jvmroute.it.campaign.history.Finding;
import io.jvmroute.it.campaign.history.History;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The command; see {@link Options#HELP}. */
public final class Campaign {
    private static final int SHOWN_FINDINGS = 20;
    private static final int CLEAN_UP_MINUTES = 2;

    private final Options options;
    private final List<Report> reports = new ArrayList<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean interrupted;

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
        } catch (IOException | InterruptedException e) {
            System.err.println("campaign: " + e.getMessage());
            System.exit(2);
        }
    }

    private int run() throws IOException, InterruptedException {
        try {
            return runAll();
        } finally {
            ended.countDown();
        }
    }

    private int runAll() throws IOException, InterruptedException {
        String missing = Network.missing();
        if (missing != null) {
            throw new IOException(missing);
        }
        Figures.limitWaits();
        endCleanlyWhenInterrupted();
        System.out.println("seed " + options.seed());
        for (CampaignCluster.Kind kind : options.nodes()) {
            if (!interrupted) {
                reports.add(run(kind));
            }
        }
        boolean clean = true;
        for (Report report : reports) {
            report.write(options.report());
            clean &= report.findings().isEmpty();
        }
        return interrupted ? 130 : clean ? 0 : 1;
    }

    private Report run(CampaignCluster.Kind kind) throws IOException, InterruptedException {
        String name = kind.name().toLowerCase(Locale.ROOT);
        Path notes = Path.of(TomcatRuntime.property("jvmroute.it.work")).resolve("notes-" + name);
        Files.createDirectories(notes.getParent());
        Distribution distribution = new Distribution(TomcatRuntime.jar(), JettyRuntime.moduleArchive(), notes);
        System.out.println("starting two frontends and three nodes of " + name);
        try (CampaignCluster cluster = CampaignCluster.start(kind, distribution)) {
            CampaignRun run = new CampaignRun(cluster, options.patience(), System.out::println);
            @Nullable IOException failure = null;
            try {
                run.begin(options.users(), options.seed());
                run.play(new Schedule(options.seed(), options.faults()), options.minutes());
            } catch (InterruptedException e) {
                System.out.println("interrupted");
            } catch (IOException e) {
                failure = interrupted ? null : e; // a cluster that does not become whole again is a finding, too
            }
            interrupted |= Thread.interrupted();
            return report(name, run.end(), failure);
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

    /** A SIGINT ends the campaign early, with its report; the JVM waits for that. */
    private void endCleanlyWhenInterrupted() {
        Thread main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            if (ended.getCount() > 0) {
                interrupted = true;
                main.interrupt();
                awaitEnd();
            }
        }));
    }

    private void awaitEnd() {
        try {
            if (!ended.await(CLEAN_UP_MINUTES, TimeUnit.MINUTES)) {
                System.err.println("campaign: did not end cleanly");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
