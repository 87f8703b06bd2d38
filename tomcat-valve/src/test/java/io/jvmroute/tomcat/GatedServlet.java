package io.jvmroute.tomcat;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/** Answers when the test says so. */
final class GatedServlet extends HttpServlet {
    private static final long serialVersionUID = 1;

    private final transient CountDownLatch reached;
    private final transient CountDownLatch gate;

    /** Tells {@code reached} of each request, and holds it until {@code gate} opens. */
    GatedServlet(CountDownLatch reached, CountDownLatch gate) {
        this.reached = reached;
        this.gate = gate;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        reached.countDown();
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        response.getWriter().write("slow");
    }
}
