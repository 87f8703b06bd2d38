package io.jvmroute.servlet;

import io.jvmroute.AffinityConfig;
import io.jvmroute.AffinityConfigBuilder;
import io.jvmroute.ConfigurationException;
import io.jvmroute.JvmRoute;
import io.jvmroute.JvmRouteException;
import io.jvmroute.cluster.NodeState;
import io.jvmroute.status.StatusOptions;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Session affinity for those who may touch only their web application: serves the requests of this node's sessions and forwards the others to
 * the node that owns theirs. Peer mode; the first filter of the application, for all of it:
 *
 * <pre>{@code
 * <filter>
 *   <filter-name>affinity</filter-name>
 *   <filter-class>io.jvmroute.servlet.AffinityFilter</filter-class>
 *   <async-supported>true</async-supported>
 *   <init-param><param-name>route</param-name><param-value>n1</param-value></init-param>
 *   <init-param><param-name>url</param-name><param-value>http://10.0.0.11:8080</param-value></init-param>
 *   <init-param><param-name>members</param-name><param-value>10.0.0.11,10.0.0.12</param-value></init-param>
 *   <init-param><param-name>bindAddress</param-name><param-value>10.0.0.11</param-value></init-param>
 * </filter>
 * <filter-mapping><filter-name>affinity</filter-name><url-pattern>/*</url-pattern></filter-mapping>
 * }</pre>
 *
 * <p>The init-params are the options of the product, by name; {@code route} and {@code url} must be given, since an application can't ask its
 * container. The node is ready once {@code url} answers. Thread-safe, as filters must be.
 */
public final class AffinityFilter implements Filter {
    private static final Duration JOIN_LIMIT = Duration.ofSeconds(10);

    /** What Tomcat and Jetty have by default: half of them may forward. */
    private static final int CONTAINER_THREADS = 200;

    private final @Nullable AffinityConfig given;
    private volatile @Nullable FilterCorridor corridor;
    private @Nullable JvmRoute jvmRoute;
    private @Nullable RouteClaim claim;
    private @Nullable Readiness readiness;

    /** A filter whose options are its init-params. */
    public AffinityFilter() {
        given = null;
    }

    /** A filter with these options, for applications that register it in code; init-params are not looked at. */
    public AffinityFilter(AffinityConfig config) {
        given = config;
    }

    /**
     * Joins the cluster.
     *
     * @throws ServletException if an option is wrong (the message lists all faults), or if another application of this server or another
     *     live node has this node's route
     */
    @Override
    public void init(FilterConfig filterConfig) throws ServletException {
        AffinityConfig config = checked(given != null ? given : configured(filterConfig));
        ServletContext context = filterConfig.getServletContext();
        checkStatusPath(config.status(), context.getContextPath());
        claim = RouteClaim.take(config, context.getContextPath());
        try {
            open(config, context);
        } catch (JvmRouteException e) {
            destroy();
            throw new ServletException("AffinityFilter: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            destroy();
            throw e;
        }
    }

    private static AffinityConfig configured(FilterConfig parameters) throws ServletException {
        AffinityConfigBuilder builder = AffinityConfig.builder();
        for (String name : Collections.list(parameters.getInitParameterNames())) {
            builder.set(name, parameters.getInitParameter(name));
        }
        try {
            return builder.build();
        } catch (ConfigurationException e) {
            throw new ServletException("AffinityFilter: " + e.getMessage(), e);
        }
    }

    private static AffinityConfig checked(AffinityConfig config) throws ServletException {
        if (config.mode() != AffinityConfig.Mode.PEER) {
            throw new ServletException("AffinityFilter: mode: frontend (expected: peer in a filter)");
        }
        List<String> faults = new ArrayList<>();
        if (config.route() == null) {
            faults.add(
                    "route: missing (expected: a name of its own for every node, the one behind the dot of its session ids)");
        }
        if (config.url() == null) {
            faults.add("url: missing (expected: http://host:port of this server, which an application can't find out)");
        }
        if (!faults.isEmpty()) {
            throw new ServletException("AffinityFilter: " + String.join("; ", faults));
        }
        return config;
    }

    private static void checkStatusPath(@Nullable StatusOptions status, String contextPath) throws ServletException {
        if (status != null && !status.path().startsWith(contextPath + "/")) {
            throw new ServletException(
                    "AffinityFilter: statusPath: " + status.path() + " (expected: below the application's own path, "
                            + contextPath + "/, since a filter sees no other requests)");
        }
    }

    private void open(AffinityConfig config, ServletContext context) throws JvmRouteException {
        JvmRoute opened = new JvmRoute(config, CONTAINER_THREADS);
        jvmRoute = opened;
        opened.start();
        opened.awaitJoined(JOIN_LIMIT);
        SessionWatch sessions = SessionWatch.of(context);
        sessions.use(opened);
        Readiness ready = new Readiness(opened, URI.create(String.valueOf(config.url())), context.getContextPath());
        readiness = ready;
        corridor = new FilterCorridor(opened, sessions, ready);
        ready.start();
    }

    /** Serves the request here, by the rest of the chain, or forwards it. */
    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        FilterCorridor open = corridor;
        if (open != null
                && request.getDispatcherType() == DispatcherType.REQUEST
                && request instanceof HttpServletRequest http
                && response instanceof HttpServletResponse httpResponse) {
            open.handle(http, httpResponse, chain);
        } else {
            chain.doFilter(request, response); // on its way back from an asynchronous servlet, or to an error page
        }
    }

    /** Lets forwards in flight end and leaves the cluster. */
    @Override
    public void destroy() {
        corridor = null;
        try {
            if (readiness != null) {
                readiness.close();
            }
            leave();
        } finally {
            if (claim != null) {
                claim.release();
            }
            readiness = null;
            jvmRoute = null;
            claim = null;
        }
    }

    private void leave() {
        JvmRoute its = jvmRoute;
        if (its != null) {
            try (its) {
                if (its.state() != NodeState.STARTING) {
                    its.drain();
                }
            }
        }
    }
}
