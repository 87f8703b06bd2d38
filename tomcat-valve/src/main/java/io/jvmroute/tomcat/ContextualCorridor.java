package io.jvmroute.tomcat;

import jakarta.servlet.ServletException;
import java.io.IOException;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.Valve;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;

/**
 * Runs the life of a corridor with the class loader that it was loaded with as the thread's context class loader.
 *
 * <p>Hazelcast's threads inherit it, so that none of them keeps a web application's or an administrator's class loader alive. Requests
 * don't need it.
 */
final class ContextualCorridor implements TomcatCorridor {
    private final TomcatCorridor corridor;
    private final ClassLoader loader;

    private ContextualCorridor(TomcatCorridor corridor, ClassLoader loader) {
        this.corridor = corridor;
        this.loader = loader;
    }

    /** A corridor whose making and life see {@code loader}. */
    static TomcatCorridor make(ClassLoader loader, Making making) throws LifecycleException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            return new ContextualCorridor(making.make(), loader);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Override
    public void start() throws LifecycleException {
        within(corridor::start);
    }

    @Override
    public void awaitJoined() throws LifecycleException {
        within(corridor::awaitJoined);
    }

    @Override
    public void ready() throws LifecycleException {
        within(corridor::ready);
    }

    @Override
    public void drain() {
        within(corridor::drain);
    }

    @Override
    public void stop() {
        within(corridor::stop);
    }

    @Override
    public void invoke(Request request, Response response, Valve next) throws IOException, ServletException {
        corridor.invoke(request, response, next);
    }

    @Override
    public String toString() {
        return corridor.toString();
    }

    private <E extends Exception> void within(Step<E> step) throws E {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            step.run();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** How a corridor comes to be. */
    interface Making {
        TomcatCorridor make() throws LifecycleException;
    }

    private interface Step<E extends Exception> {
        void run() throws E;
    }
}
