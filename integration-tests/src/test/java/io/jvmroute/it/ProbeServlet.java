package io.jvmroute.it;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Answers whether the web application can load the class that the parameter {@code class} names: {@code visible} or {@code hidden}. */
@WebServlet("/probe")
public final class ProbeServlet extends HttpServlet {
    private static final long serialVersionUID = 1;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain");
        response.getWriter().print(find(request.getParameter("class")));
    }

    private static String find(String name) {
        try {
            Class.forName(name, /* initialize= */ false, ProbeServlet.class.getClassLoader());
            return "visible";
        } catch (ClassNotFoundException e) {
            return "hidden";
        }
    }
}
