package io.jvmroute.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;

final class SessionDatabaseTest {
    private static final int ATTEMPTS = 20;
    private static final int JETTYS = 3;

    @Test
    void jettysThatStartAtOnce_findTheirTable() throws Exception {
        Queue<Exception> failures = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < ATTEMPTS; i++) {
            try (SessionDatabase database = SessionDatabase.start("127.0.0.1")) {
                CyclicBarrier together = new CyclicBarrier(JETTYS);
                List<Thread> jettys = new ArrayList<>();
                for (int jetty = 0; jetty < JETTYS; jetty++) {
                    SessionDatabase.Table table = new SessionDatabase.Table(database.url());
                    Thread thread = new Thread(() -> prepare(table, together, failures));
                    thread.start();
                    jettys.add(thread);
                }
                for (Thread jetty : jettys) {
                    jetty.join();
                }
            }
        }
        assertThat(failures).isEmpty();
    }

    private static void prepare(SessionDatabase.Table table, CyclicBarrier together, Queue<Exception> failures) {
        try {
            together.await();
            table.prepare();
        } catch (SQLException e) {
            failures.add(e);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
