package io.jvmroute.jetty;

import io.jvmroute.AffinityConfig;
import io.jvmroute.ConfigurationException;
import java.util.List;
import java.util.Objects;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.session.DefaultSessionIdManager;
import org.eclipse.jetty.session.SessionIdManager;
import org.eclipse.jetty.util.component.LifeCycle;
import org.jspecify.annotations.Nullable;

/** Makes Jetty's {@code workerName}, which it puts behind the session ids, and the route of this node one and the same. */
final class WorkerName {
    private WorkerName() {}

    /**
     * The options with the route that Jetty knows, or Jetty with the one that the options know.
     *
     * @throws ConfigurationException if the two differ, there is none, or it can't be a route
     */
    static AffinityConfig agree(Server server, AffinityConfig config) {
        if (config.mode() == AffinityConfig.Mode.FRONTEND) {
            return config;
        }
        SessionIdManager manager = server.getBean(SessionIdManager.class);
        String given = manager == null ? null : manager.getWorkerName();
        String environment = System.getenv("JETTY_WORKER_INSTANCE"); // what Jetty itself takes where no name is set
        String name = given != null ? given : environment == null ? null : "node" + environment;
        if (name != null && name.startsWith("$")) {
            throw new ConfigurationException(List.of("workerName: " + name
                    + " (expected: a fixed name; one that each request gives by an attribute is no route)"));
        }
        boolean mayRename = given == null && config.route() != null;
        AffinityConfig agreed = config.withContainerRoute(mayRename || isEmpty(name) ? null : name);
        String route = Objects.requireNonNull(agreed.route());
        if (!route.equals(given)) {
            tell(server, manager, route);
        }
        return agreed;
    }

    private static boolean isEmpty(@Nullable String name) {
        return name == null || name.isEmpty();
    }

    private static void tell(Server server, @Nullable SessionIdManager manager, String route) {
        if (manager == null) {
            DefaultSessionIdManager made = new DefaultSessionIdManager(server);
            made.setWorkerName(route);
            server.addBean(made, /* managed= */ true);
            LifeCycle.start(made);
        } else if (manager instanceof DefaultSessionIdManager known && !known.isRunning()) {
            known.setWorkerName(route);
        } else {
            throw new ConfigurationException(List.of("workerName: missing (expected: " + route + ", the route)"));
        }
    }
}
