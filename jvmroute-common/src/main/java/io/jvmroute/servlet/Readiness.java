package io.jvmroute.servlet;

import io.jvmroute.JvmRoute;
import io.jvmroute.forward.BackendTls;
import io.jvmroute.forward.HealthProbe;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Finds out when this node's url answers, since an application is not told when its container's connectors are open: asks it for a path that
 * only this filter answers with 204. On a thread of its own.
 */
final class Readiness implements AutoCloseable {
    static final int STATUS = 204;
    private static final System.Logger LOG = System.getLogger(Readiness.class.getName());
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration ANSWER = Duration.ofSeconds(2);
    private static final Duration BETWEEN_WARNINGS = Duration.ofMinutes(1);

    private final JvmRoute jvmRoute;
    private final URI url;
    private final String path;
    private final HealthProbe probe;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread asker = new Thread(this::ask, "jvmroute-filter-ready");
    private volatile boolean ready;

    Readiness(JvmRoute jvmRoute, URI url, String contextPath) {
        this.jvmRoute = jvmRoute;
        this.url = url;
        path = contextPath + "/jvmroute-ready-" + UUID.randomUUID();
        BackendTls tls = new BackendTls(jvmRoute.config().trustStore());
        probe = new HealthProbe(tls, jvmRoute.config().connectTimeout(), ANSWER);
        asker.setDaemon(true);
    }

    void start() {
        asker.start();
    }

    /** Whether the request is ours, to be answered with {@link #STATUS}. */
    boolean asks(HttpServletRequest request) {
        return !ready && path.equals(request.getRequestURI());
    }

    private void ask() {
        try {
            long warned = System.nanoTime();
            while (!answers()) {
                if (System.nanoTime() - warned > BETWEEN_WARNINGS.toNanos()) {
                    warned = System.nanoTime();
                    LOG.log(
                            System.Logger.Level.WARNING,
                            "route={0} not ready: url {1} does not lead to this application",
                            String.valueOf(jvmRoute.config().route()),
                            url);
                }
                if (closed.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
            announce();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Not once the end has begun: an answer may come late. */
    private synchronized void announce() {
        if (closed.getCount() > 0) {
            ready = true;
            jvmRoute.ready(url);
        }
    }

    /** A login that the container demands comes before every filter: who asks for one is there. */
    private boolean answers() {
        try {
            int status = probe.ask(url, path);
            return status == STATUS || status == 401 || status == 302 || status == 303 || status == 403;
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "url does not answer yet", e);
            return false;
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed.countDown();
        }
        try {
            asker.join(ANSWER.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
