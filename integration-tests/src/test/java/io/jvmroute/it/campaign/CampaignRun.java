package io.jvmroute.it.campaign;

import io.jvmroute.it.campaign.history.History;
import io.jvmroute.it.campaign.history.Measure;
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
    private static final int PATIENCE_MILLIS = 30_000;

    private final CampaignCluster cluster;
    private final Consumer<String> progress;
    private final double patience;
    private final Recorder recorder = new Recorder();
    private final Nemesis nemesis;
    private final List<User> users = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final ExecutorService twins = Executors.newCachedThreadPool();
    private final long began = System.nanoTime();

    CampaignRun(CampaignCluster cluster, double patience, Consumer<String> progress) {
        this.cluster = cluster;
        this.patience = patience;
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
                    new Frontends(cluster, (int) (PATIENCE_MILLIS * patience), twins, nemesis::wantsBodies);
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

    /** Sees all users off, and tells what happened. */
    History end() throws IOException, InterruptedException {
        users.forEach(User::leave);
        for (Thread thread : threads) {
            thread.join();
        }
        users.forEach(User::close);
        threads.clear();
        twins.shutdown();
        measure();
        return recorder.history(
                cluster.notes(), new History.Allowance(patience, cluster.kind().storeMillis()));
    }

    /** Forwards end at once; what nodes say of sessions may take a moment. */
    private void measure() throws InterruptedException {
        Thread.sleep((long) (REST.toMillis() * patience));
        for (String name : CampaignCluster.names()) {
            try (Figures figures = Figures.of(cluster.network().address(name))) {
                AffinityMXBean affinity = figures.affinity();
                recorder.add(new Measure(
                        name, "forwards in flight", affinity.getForwardsInFlight(), 0, /* ofSessions= */ false));
                recorder.add(new Measure(name, "open tunnels", affinity.getOpenTunnels(), 0, /* ofSessions= */ false));
                recorder.add(
                        new Measure(name, "owned sessions", affinity.getOwnedSessions(), 0, /* ofSessions= */ true));
                recorder.add(new Measure(name, "moved pins", affinity.getMovedPins(), 0, /* ofSessions= */ true));
            } catch (IOException e) {
                recorder.add(new Measure(name, "silent: " + e, 1, 0, /* ofSessions= */ false));
            }
        }
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
