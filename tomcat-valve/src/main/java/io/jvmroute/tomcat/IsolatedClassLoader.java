package io.jvmroute.tomcat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the nested libraries and what happens to lie in Tomcat's {@code lib} apart: each side has its own Hazelcast, if any.
 *
 * <table>
 * <caption>Where a class comes from</caption>
 * <tr><td>the JDK, Jakarta EE, Tomcat, {@code io.jvmroute.tomcat} itself</td><td>the parent: both sides talk in these types</td></tr>
 * <tr><td>{@code com.hazelcast}, the rest of {@code io.jvmroute}</td><td>only from here: a class of another version would not link</td></tr>
 * <tr><td>anything else</td><td>from here, otherwise the parent, such as a logging library of Tomcat's</td></tr>
 * </table>
 */
final class IsolatedClassLoader extends URLClassLoader {
    private static final String VISIBLE = "io.jvmroute.tomcat.";
    private static final List<String> SHARED = List.of(
            "java.",
            "javax.",
            "jdk.",
            "sun.",
            "com.sun.",
            "jakarta.",
            "org.apache.catalina.",
            "org.apache.coyote.",
            "org.apache.el.",
            "org.apache.jasper.",
            "org.apache.juli.",
            "org.apache.naming.",
            "org.apache.tomcat.");
    private static final List<String> OWN = List.of("io.jvmroute.", "com.hazelcast.");

    static {
        registerAsParallelCapable();
    }

    /** A loader of {@code libraries}, which have no class of package {@code io.jvmroute.tomcat} itself. */
    IsolatedClassLoader(List<URL> libraries, ClassLoader parent) {
        super("jvmroute", libraries.toArray(URL[]::new), parent);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (isShared(name)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded == null) {
                loaded = loadHereFirst(name);
            }
            if (resolve) {
                resolveClass(loaded);
            }
            return loaded;
        }
    }

    private Class<?> loadHereFirst(String name) throws ClassNotFoundException {
        try {
            return findClass(name);
        } catch (ClassNotFoundException e) {
            if (startsWithAny(name, OWN)) {
                throw e;
            }
            return getParent().loadClass(name);
        }
    }

    private static boolean isShared(String name) {
        return startsWithAny(name, SHARED) || (name.startsWith(VISIBLE) && name.indexOf('.', VISIBLE.length()) < 0);
    }

    private static boolean startsWithAny(String name, List<String> prefixes) {
        for (String prefix : prefixes) {
            if (name.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public @Nullable URL getResource(String name) {
        URL here = findResource(name);
        return here != null ? here : getParent().getResource(name);
    }

    /** What is here; only where there is nothing, the parent's: a service's providers must be of the service's version. */
    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        Enumeration<URL> here = findResources(name);
        if (here.hasMoreElements()) {
            return here;
        }
        return name.contains("com.hazelcast")
                ? Collections.emptyEnumeration()
                : getParent().getResources(name);
    }
}
