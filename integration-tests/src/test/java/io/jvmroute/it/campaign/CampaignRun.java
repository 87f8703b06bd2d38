package io.jvmroute.it.campaign;

import io.jvmroute.it.campaign.history.Checker;
import io.jvmroute.it.campaign.history.History;
import io.jvmroute.it.campaign.history.Measure;
import io.jvmroute.it.campaign.history.Measure.Counts;
import io.jvmroute.record.AffinityMXBean;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** One campaign against one cluster, from its start to the history. */
final class CampaignRun {
    private static final Duration WARM_UP = Duration.ofSeconds(5);
    private static final Duration PROGRESS = Duration.ofSeconds(5);
    private static final Duration REST = Duration.ofSeconds(10);
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final int PATIENCE_MILLIS = 30_000;

    private final CampaignCluster cluster;
    private final Consumer<String> progress;
    private final History.Allowance allowance;
    private final Recorder recorder = new Recorder();
    private final Nemesis nemesis;
    private final List<User> users = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final ExecutorService twins = Executors.newCachedThreadPool();
    private final long began = System.nanoTime();

    /** {@code progress} is told how it goes, now and then. */
    CampaignRun(CampaignCluster cluster, History.Allowance allowance, Consumer<String> progress) {
        this.cluster = cluster;
        this.allowance = allowance;
        this.progress = progress;
        nemesis = new Nemesis(cluster, recorder);
    }

    /** Lets so many users in. */
    void begin(int count, long seed) throws IOException, InterruptedException {
        cluster.awaitWhole();
        Thread reporter = new Thread(this::report, "progress");
        reporter.setDaemon(true);
        reporter.start();
        for (int i = 0; i < count; i++) {
            Frontends frontends =
                    new Frontends(cluster, (int) (PATIENCE_MILLIS * allowance.patience()), twins, nemesis::wish);
            User user = new User("u" + i, seed, frontends, recorder);
            Thread thread = new Thread(user, "user-" + i);
            users.add(user);
            threads.add(thread);
            thread.start();
        }
        Thread.sleep(WARM_UP.toMillis());
    }

    /** Plays faults until the time is over; the last one to its end. */
    void play(Schedule schedule, double minutes) throws IOException, InterruptedException {
        long end = System.nanoTime() + Math.round(minutes * 60e9);
        while (System.nanoTime() < end) {
            nemesis.play(schedule.next());
        }
    }

    /** Plays one fault. */
    void play(Schedule.Step step) throws IOException, InterruptedException {
        nemesis.play(step);
    }

    /** Plays so many faults. */
    void play(Schedule schedule, int faults) throws IOException, InterruptedException {
        for (int i = 0; i < faults; i++) {
            nemesis.play(schedule.next());
        }
    }

    /** What has happened until now. */
    History soFar() throws IOException {
        return recorder.history(cluster.notes(), List.of(), allowance);
    }

    /** Sees all users off, and tells what happened. */
    History end() throws IOException, InterruptedException {
        leave();
        return awaitRest();
    }

    /** The same without a look at what is left in the servers: for one that was interrupted. */
    History cutShort() throws IOException, InterruptedException {
        leave();
        return soFar();
    }

    private void leave() throws InterruptedException {
        users.forEach(User::leave);
        for (Thread thread : threads) {
            thread.join();
        }
        users.forEach(User::close);
        threads.clear();
        twins.shutdown();
    }

    /** Looks until nothing is left, or the time for that is over: forwards end at once; what nodes say of sessions may take a moment. */
    private History awaitRest() throws IOException, InterruptedException {
        long end = System.nanoTime() + Math.round(REST.toNanos() * allowance.patience());
        History history = recorder.history(cluster.notes(), measures(), allowance);
        while (!Checker.isNothingLeft(history) && System.nanoTime() < end) {
            Thread.sleep(LOOK.toMillis());
            history = recorder.history(cluster.notes(), measures(), allowance);
        }
        return history;
    }

    private List<Measure> measures() {
        List<Measure> measures = new ArrayList<>();
        for (String name : CampaignCluster.names()) {
            try (Figures figures = cluster.figures(name)) {
                AffinityMXBean affinity = figures.affinity();
                measures.add(new Measure(name, "forwards in flight", affinity.getForwardsInFlight(), Counts.FORWARDS));
                measures.add(new Measure(name, "open tunnels", affinity.getOpenTunnels(), Counts.FORWARDS));
                measures.add(new Measure(name, "owned sessions", affinity.getOwnedSessions(), Counts.SESSIONS));
                measures.add(new Measure(name, "moved pins", affinity.getMovedPins(), Counts.PINS));
            } catch (IOException | RuntimeException e) {
                measures.add(new Measure(name, "silent: " + e, 1, Counts.FORWARDS));
            }
        }
        return measures;
    }

    private void report() {
        int before = 0;
        while (!twins.isShutdown()) {
            int requests = recorder.requests();
            progress.accept("%4d s  %6d requests (%d/s)  %d failed  %d faults  %s"
                    .formatted(
                            Duration.ofNanos(System.nanoTime() - began).toSeconds(),
                            requests,
                            (requests - before) / PROGRESS.toSeconds(),
                            recorder.failures(),
                            recorder.faults(),
                            nemesis.doing()));
            before = requests;
            try {
                Thread.sleep(PROGRESS.toMillis());
            } catch (InterruptedException e) {
                return;
            }
        }
    }
}
