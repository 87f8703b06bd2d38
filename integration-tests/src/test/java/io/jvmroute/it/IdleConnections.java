package io.jvmroute.it;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Keep-alive connections that have had an answer through a frontend, and wait. */
final class IdleConnections {
    private static final int OTHER_FILES = 500;
    private static final int WARM_UP = 2000;

    /**
     * What they cost the frontend.
     *
     * @param open how many
     * @param growth of its heap after collection, in bytes
     * @param directGrowth of its memory outside the heap, in bytes
     * @param threads how many more it has
     * @param answered of a hundred of them that were asked once more
     */
    record Result(int open, long growth, long directGrowth, int threads, int answered) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%d idle connections: heap %+.1f MB, direct memory %+.1f MB, threads %+d, %d of 100 answer again",
                    open,
                    growth / 1e6,
                    directGrowth / 1e6,
                    threads,
                    answered);
        }
    }

    private IdleConnections() {}

    static Result open(LoadedFrontend frontend, int wanted) throws IOException {
        int count = Math.min(wanted, mostFiles());
        List<TallyConnection> connections = new ArrayList<>();
        try {
            TallyConnection.inParallel(16, WARM_UP, List.of(frontend.tally()), (warm, number) -> {
                warm.get(0).send("where", "");
                warm.get(0).read();
            });
            int threads = frontend.jmx().threads();
            long heap = frontend.jmx().heapAfterGc();
            long direct = frontend.jmx().directMemory();
            for (int i = 0; i < count; i++) {
                TallyConnection connection = new TallyConnection(frontend.tally());
                connections.add(connection);
                connection.send("where", "");
                if (connection.read().status() != 200) {
                    throw new IOException("no answer on connection " + i);
                }
            }
            return new Result(
                    count,
                    frontend.jmx().heapAfterGc() - heap,
                    frontend.jmx().directMemory() - direct,
                    frontend.jmx().threads() - threads,
                    answering(connections));
        } finally {
            for (TallyConnection connection : connections) {
                connection.close();
            }
        }
    }

    /** The frontend has one for each, and so has this process. */
    private static int mostFiles() {
        var system = ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class);
        return (int) Math.min(Integer.MAX_VALUE, system.getMaxFileDescriptorCount() - OTHER_FILES);
    }

    private static int answering(List<TallyConnection> connections) {
        return (int) IntStream.range(0, 100)
                .mapToObj(i -> connections.get(i * (connections.size() / 100)))
                .filter(IdleConnections::answers)
                .count();
    }

    private static boolean answers(TallyConnection connection) {
        if (!connection.isOpen()) {
            return false;
        }
        try {
            connection.send("where", "");
            return connection.read().status() == 200;
        } catch (IOException e) {
            return false;
        }
    }
}
