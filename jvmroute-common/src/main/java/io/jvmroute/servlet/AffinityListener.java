package io.jvmroute.servlet;

import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.annotation.WebListener;

/**
 * Lets the {@link AffinityFilter} hear of sessions that end. Found by the annotation; an application with {@code metadata-complete} names it as
 * a {@code <listener>}. Tomcat and Jetty do without it.
 */
@WebListener
public final class AffinityListener implements ServletContextListener {
    /** Made by the container. */
    public AffinityListener() {}

    @Override
    public void contextInitialized(ServletContextEvent event) {
        var unused = SessionWatch.of(event.getServletContext());
    }
}
