package io.jvmroute.tomcat;

import java.util.Map;
import org.apache.catalina.Container;
import org.apache.catalina.LifecycleException;

/** Makes the corridor. */
final class CorridorLoader {
    private static final String CORRIDOR = "io.jvmroute.tomcat.corridor.AffinityCorridor";

    TomcatCorridor load(Map<String, String> options, Container container) throws LifecycleException {
        try {
            return Class.forName(CORRIDOR, true, CorridorLoader.class.getClassLoader())
                    .asSubclass(TomcatCorridor.class)
                    .getConstructor(Map.class, Container.class)
                    .newInstance(options, container);
        } catch (ReflectiveOperationException e) {
            throw new LifecycleException("AffinityValve: jvmroute is incomplete: " + CORRIDOR + " can't be loaded", e);
        }
    }

    void close() {}
}
