package io.jvmroute.it;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Answers whether the web application finds what the parameter {@code class} or {@code resource} names: {@code visible} or {@code hidden}. */
@WebServlet("/probe")
public final class ProbeServlet extends HttpServlet {
    private static final long serialVersionUID = 1;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain");
        String resource = request.getParameter("resource");
        boolean visible = resource == null
                ? canLoad(request.getParameter("class"))
                : ProbeServlet.class.getClassLoader().getResource(resource) != null;
        response.getWriter().print(visible ? "visible" : "hidden");
    }

    private static boolean canLoad(String name) {
        try {
            Class.forName(name, /* initialize= */ false, ProbeServlet.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }
}
