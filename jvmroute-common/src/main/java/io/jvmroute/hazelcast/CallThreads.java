package io.jvmroute.hazelcast;

import com.hazelcast.internal.util.ConcurrencyUtil;
import java.lang.System.Logger.Level;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Keeps Hazelcast from starting a thread for the end of every asynchronous call.
 *
 * <p>It does so where the common pool has one thread only: on two processors or fewer, that is in many containers. Two threads that go
 * when they are idle do the same. The pool is made of nothing of ours, for Hazelcast keeps it as long as its classes are loaded.
 */
final class CallThreads {
    private static final System.Logger LOGGER = System.getLogger(CallThreads.class.getName());

    private CallThreads() {}

    static synchronized void reuse() {
        try {
            boolean threadPerCall = ForkJoinPool.getCommonPoolParallelism() <= 1
                    && !(ConcurrencyUtil.getDefaultAsyncExecutor() instanceof ExecutorService);
            if (threadPerCall) {
                ThreadPoolExecutor pool =
                        new ThreadPoolExecutor(2, 2, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
                pool.allowCoreThreadTimeOut(true);
                ConcurrencyUtil.setDefaultAsyncExecutor(pool);
            }
        } catch (LinkageError anotherHazelcast) {
            LOGGER.log(Level.DEBUG, "Hazelcast starts a thread for every call", anotherHazelcast);
        }
    }
}
