package io.jvmroute.it;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Tells which node answers; with the parameter {@code frame}, in a page that embeds this address. Begins no session. */
@WebServlet("/*")
public final class WhereServlet extends HttpServlet {
    private static final long serialVersionUID = 1;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String node = String.valueOf(request.getAttribute("jvmroute.node"));
        String frame = request.getParameter("frame");
        response.setContentType(frame == null ? "text/plain" : "text/html");
        response.getWriter()
                .write(frame == null ? node : "<!DOCTYPE html>" + node + "<iframe src=\"" + frame + "\"></iframe>");
    }
}
