package io.jvmroute.it;

import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.management.ObjectName;

/**
 * Runs in the JVM of a {@link TomcatNode}: starts and stops the whole Server twice, and prints what the valve leaves behind each time.
 *
 * <p>Only by reflection: Tomcat's classes are not on the class path of the tests.
 */
final class ServerRestart {
    private static final String ISOLATED = "jvmroute";

    private ServerRestart() {}

    public static void main(String[] arguments) throws Exception {
        for (int run = 1; run <= 2; run++) {
            WeakReference<ClassLoader> isolated = startAndStop();
            System.out.println("run " + run + " threads=" + awaitNoThreads() + " mbeans=" + mbeans() + " drivers="
                    + drivers() + " collected=" + awaitCollected(isolated));
        }
    }

    private static WeakReference<ClassLoader> startAndStop() throws Exception {
        Class<?> type = Class.forName("org.apache.catalina.startup.Bootstrap");
        Object bootstrap = type.getConstructor().newInstance();
        type.getMethod("init").invoke(bootstrap);
        type.getMethod("start").invoke(bootstrap);
        ClassLoader isolated = Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getContextClassLoader)
                .filter(ServerRestart::isIsolated)
                .findAny()
                .orElseThrow(() -> new AssertionError("no thread of Hazelcast"));
        type.getMethod("stop").invoke(bootstrap);
        Thread.currentThread().setContextClassLoader(ServerRestart.class.getClassLoader());
        return new WeakReference<>(isolated);
    }

    private static boolean isIsolated(ClassLoader loader) {
        return loader != null && ISOLATED.equals(loader.getName());
    }

    private static Set<String> awaitNoThreads() throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        Set<String> threads = threads();
        while (!threads.isEmpty() && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(50);
            threads = threads();
        }
        return threads;
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> isIsolated(thread.getContextClassLoader())
                        || thread.getName().startsWith("hz."))
                .map(Thread::getName)
                .collect(Collectors.toSet());
    }

    private static Set<ObjectName> mbeans() throws Exception {
        return ManagementFactory.getPlatformMBeanServer().queryNames(null, null).stream()
                .filter(name ->
                        name.toString().contains("jvmroute") || name.toString().contains("hazelcast"))
                .collect(Collectors.toSet());
    }

    private static long drivers() {
        return java.sql.DriverManager.drivers()
                .filter(driver -> isIsolated(driver.getClass().getClassLoader()))
                .count();
    }

    private static boolean awaitCollected(WeakReference<ClassLoader> isolated) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (isolated.get() != null && System.nanoTime() < end) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(50);
        }
        return isolated.get() == null;
    }
}
