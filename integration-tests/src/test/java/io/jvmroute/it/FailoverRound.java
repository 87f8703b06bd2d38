package io.jvmroute.it;

import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** A request for each of many sessions through each of several servers, for one session at the same moment: where they went. */
final class FailoverRound {
    private static final String NOWHERE = "-";

    private final List<URI> entries;
    private final List<String> ids;
    private final String[][] homes;
    private final long[] nanos;
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final AtomicInteger withData = new AtomicInteger();

    FailoverRound(List<URI> entries, List<String> ids) {
        this.entries = entries;
        this.ids = ids;
        homes = new String[ids.size()][entries.size()];
        nanos = new long[ids.size() * entries.size()];
    }

    FailoverRound run(int clients) {
        TallyConnection.inParallel(clients, ids.size(), entries, this::ask);
        return this;
    }

    private void ask(List<TallyConnection> connections, int number) {
        long start = System.nanoTime();
        for (int i = 0; i < connections.size(); i++) {
            homes[number][i] = NOWHERE;
            attempt(connections.get(i), connection -> connection.send("where", ids.get(number)));
        }
        for (int i = 0; i < connections.size(); i++) {
            int entry = i;
            attempt(connections.get(i), connection -> {
                TallyConnection.Answer answer = connection.read();
                if (answer.status() == 200) {
                    homes[number][entry] = answer.node();
                } else {
                    faults.add(answer.toString());
                }
                withData.addAndGet(answer.hasSession() ? 1 : 0);
            });
            nanos[number * connections.size() + i] = System.nanoTime() - start;
        }
    }

    /** What may fail. */
    private interface Attempt {
        void with(TallyConnection connection) throws IOException;
    }

    private void attempt(TallyConnection connection, Attempt attempt) {
        try {
            attempt.with(connection);
        } catch (IOException e) {
            faults.add(e.toString());
        }
    }

    /** Answers of another status than 200, and those that did not come. */
    List<String> faults() {
        return List.copyOf(faults);
    }

    /** How many answers came from a node that has the session. */
    int withData() {
        return withData.get();
    }

    /** How many sessions did not reach one node, that is not {@code dead}, through all servers. */
    int disagreed(String dead) {
        return (int) Arrays.stream(homes)
                .filter(home -> home[0].equals(dead)
                        || home[0].equals(NOWHERE)
                        || Arrays.stream(home).distinct().count() > 1)
                .count();
    }

    /** How many sessions a later round, of all or the first of them, found elsewhere. */
    int moved(FailoverRound later) {
        return (int) IntStream.range(0, later.homes.length)
                .filter(i -> !Arrays.equals(homes[i], later.homes[i]))
                .count();
    }

    /** How many sessions each node has. */
    Map<String, Integer> owners() {
        Map<String, Integer> owners = new TreeMap<>();
        for (String[] home : homes) {
            owners.merge(home[0], 1, Integer::sum);
        }
        return owners;
    }

    /** So many of a hundred requests took no longer, in ms. */
    double percentile(int percent) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)] / 1e6;
    }
}
