package io.jvmroute.it;

import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.management.ObjectName;

/**
 * Runs in the JVM of a {@link TomcatNode}: starts and stops the whole Server three times, and prints what the valve leaves behind.
 *
 * <p>Of the last run its class loader may stay: java.lang.runtime.ObjectMethods keeps the record type that it was asked for last. Only by
 * reflection: Tomcat's classes are not on the class path of the tests.
 */
final class ServerRestart {
    private static final String ISOLATED = "jvmroute";
    private static final int RUNS = 3;

    private ServerRestart() {}

    public static void main(String[] arguments) throws Exception {
        Class<?> bootstrap = Class.forName("org.apache.catalina.startup.Bootstrap");
        bootstrap.getMethod("init").invoke(bootstrap.getConstructor().newInstance());
        ClassLoader lib = Thread.currentThread().getContextClassLoader();
        List<WeakReference<ClassLoader>> isolated = new ArrayList<>();
        for (int run = 1; run <= RUNS; run++) {
            isolated.add(startAndStop(lib));
            System.out.println(
                    "run " + run + " threads=" + awaitNoThreads() + " mbeans=" + mbeans() + " drivers=" + drivers());
        }
        System.out.println("earlier runs collected=" + awaitCollected(isolated.subList(0, RUNS - 1)));
    }

    /** As Bootstrap does it, which starts one Server per JVM. */
    private static WeakReference<ClassLoader> startAndStop(ClassLoader lib) throws Exception {
        Class<?> type = lib.loadClass("org.apache.catalina.startup.Catalina");
        Object catalina = type.getConstructor().newInstance();
        type.getMethod("setParentClassLoader", ClassLoader.class).invoke(catalina, lib);
        type.getMethod("load").invoke(catalina);
        type.getMethod("start").invoke(catalina);
        ClassLoader isolated = Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getContextClassLoader)
                .filter(ServerRestart::isIsolated)
                .findAny()
                .orElseThrow(() -> new AssertionError("no thread of Hazelcast"));
        type.getMethod("stop").invoke(catalina);
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

    private static boolean awaitCollected(List<WeakReference<ClassLoader>> loaders) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!areCleared(loaders) && System.nanoTime() < end) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(50);
        }
        return areCleared(loaders);
    }

    private static boolean areCleared(List<WeakReference<ClassLoader>> loaders) {
        return loaders.stream().allMatch(loader -> loader.get() == null);
    }
}
