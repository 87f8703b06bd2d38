package io.jvmroute.it;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;

/** Tells which node answers, and whether it has the session; {@code begin} begins one, nothing else does. */
@WebServlet("/*")
public final class TallyServlet extends HttpServlet {
    private static final long serialVersionUID = 1;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        HttpSession session = request.getSession(request.getRequestURI().endsWith("/begin"));
        response.setContentType("text/plain");
        response.getWriter().write(request.getAttribute("jvmroute.node") + (session == null ? " without" : " with"));
    }
}
