package io.jvmroute.testing;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;

/** Tells where a request was served and what of it arrived; paths say what it does with the session. */
public final class ProbeServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    private final String route;

    public ProbeServlet(String route) {
        this.route = route;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = request.getRequestURI();
        if (path.contains("/echo")) {
            response.setContentType("application/octet-stream");
            request.getInputStream().transferTo(response.getOutputStream());
            return;
        }
        if (path.contains("/login")) {
            request.getSession();
            request.changeSessionId();
        } else if (path.contains("/logout")) {
            HttpSession session = request.getSession(false);
            if (session != null) {
                session.invalidate();
            }
        } else if (path.contains("/learn")) {
            Cookie cookie = new Cookie("SID", request.getParameter("sid"));
            cookie.setMaxAge(request.getParameter("end") == null ? -1 : 0);
            response.addCookie(cookie);
        } else if (path.contains("/own-cookie")) {
            response.addCookie(new Cookie("JVMROUTE", "mine"));
        } else if (path.contains("/not-modified")) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        } else if (path.contains("/reset")) {
            response.setHeader("Cache-Control", "public, max-age=60");
            response.reset();
        } else if (path.contains("/session")) {
            HttpSession session = request.getSession();
            Object count = session.getAttribute("count");
            session.setAttribute("count", count == null ? 1 : (Integer) count + 1);
            response.setHeader("Count", session.getAttribute("count").toString());
            response.setHeader("Encoded", response.encodeURL("/session"));
        }
        response.setHeader("Node", route);
        response.setHeader("Verdict", String.valueOf(request.getAttribute("jvmroute.verdict")));
        response.setHeader("Owner", String.valueOf(request.getAttribute("jvmroute.owner")));
        response.setHeader("Hop", String.valueOf(request.getAttribute("jvmroute.hop")));
        response.setHeader("Seen-Client", request.getRemoteAddr() + " " + request.getRemotePort());
        response.setHeader(
                "Seen-Server", request.getScheme() + " " + request.getServerName() + " " + request.getServerPort());
        response.setHeader("Seen-Target", request.getRequestURI());
        response.setHeader("Seen-Hop-Header", String.valueOf(request.getHeader("Jvmroute-Hop")));
        response.getWriter().write(route);
    }
}
