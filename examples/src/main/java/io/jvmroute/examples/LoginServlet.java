package io.jvmroute.examples;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Gives the session a name and a new id, as every login should. */
@WebServlet("/login")
public final class LoginServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    private static final int MAX_NAME = 40;

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String name = request.getParameter("name");
        if (name == null || name.isBlank() || name.length() > MAX_NAME) {
            response.sendError(HttpServletResponse.SC_BAD_REQUEST, "name (expected: 1 to " + MAX_NAME + " characters)");
            return;
        }
        Visits.update(request, visit -> visit.withUser(name.strip()));
        request.changeSessionId();
        Answers.seeShop(request, response);
    }
}
