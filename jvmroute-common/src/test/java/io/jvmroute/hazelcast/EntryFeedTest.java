package io.jvmroute.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.map.IMap;
import com.hazelcast.query.Predicates;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class EntryFeedTest {
    private final TestCluster cluster = new TestCluster();
    private final Mirror mirror = new Mirror();
    private IMap<String, Long> map;

    @BeforeEach
    void join() throws Exception {
        map = cluster.join().grid().joined().member().getMap("numbers");
    }

    @AfterEach
    void leave() {
        cluster.close();
    }

    /** A feed on a map that changes, and tells so, after it was read and before the read returns. */
    private EntryFeed<String, Long> feedThatReadsTooEarly(Runnable change) {
        Object slow = Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {IMap.class}, (proxy, method, arguments) -> {
                    try {
                        Object answer = method.invoke(map, arguments);
                        if (method.getName().equals("entrySet")) {
                            change.run();
                        }
                        return answer;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        @SuppressWarnings("unchecked")
        IMap<String, Long> slowMap = (IMap<String, Long>) slow;
        EntryFeed<String, Long> feed =
                new EntryFeed<>(slowMap, String.class, Long.class, Predicates.alwaysTrue(), mirror);
        feed.listen();
        return feed;
    }

    @Test
    void read_removedMeanwhile() {
        map.set("a", 1L);
        map.set("b", 2L);
        EntryFeed<String, Long> feed = feedThatReadsTooEarly(() -> {
            map.delete("a");
            await().until(() -> mirror.told("a") == null && mirror.toldCount > 0);
        });
        feed.read();
        assertThat(mirror.seen).containsExactly(Map.entry("b", 2L));
    }

    @Test
    void read_addedAndChangedMeanwhile() {
        map.set("a", 1L);
        EntryFeed<String, Long> feed = feedThatReadsTooEarly(() -> {
            map.set("a", 5L);
            map.set("c", 3L);
            await().until(() -> Long.valueOf(5).equals(mirror.told("a")) && mirror.told("c") != null);
        });
        feed.read();
        assertThat(mirror.seen).containsOnly(Map.entry("a", 5L), Map.entry("c", 3L));
    }

    @Test
    void read_forgetsWhatNobodyTold() {
        EntryFeed<String, Long> feed = new EntryFeed<>(map, String.class, Long.class, Predicates.alwaysTrue(), mirror);
        mirror.seen.put("stale", 1L);
        map.set("a", 1L);
        feed.read();
        assertThat(mirror.seen).containsOnly(Map.entry("a", 1L));
    }

    private static final class Mirror implements EntryFeed.Sink<String, Long> {
        final Map<String, Long> seen = new ConcurrentHashMap<>();
        volatile int toldCount;

        Long told(String key) {
            return seen.get(key);
        }

        @Override
        public synchronized void changed(String key, Long value) {
            seen.put(key, value);
            toldCount = toldCount + 1;
        }

        @Override
        public synchronized void ended(String key) {
            seen.remove(key);
            toldCount = toldCount + 1;
        }

        @Override
        public void read(Map<String, Long> all) {
            seen.clear();
            seen.putAll(all);
        }

        @Override
        public Long newer(Long read, Long told) {
            return Math.max(read, told);
        }
    }
}
