package io.jvmroute.servlet;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;

/** Tells by which node a request was served and what of it arrived; paths say what else it does. */
final class FilterProbe extends HttpServlet {
    private static final long serialVersionUID = 1;

    private final String route;

    FilterProbe(String route) {
        this.route = route;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (request.getDispatcherType() == DispatcherType.ERROR) {
            response.getWriter().write("oops");
            return;
        }
        switch (request.getRequestURI().replaceAll(";.*", "")) {
            case "/echo" -> {
                response.setContentType("application/octet-stream");
                request.getInputStream().transferTo(response.getOutputStream());
                return;
            }
            case "/broken" -> {
                response.getOutputStream().write("half".getBytes(UTF_8));
                response.flushBuffer();
                throw new IOException("broken on purpose");
            }
            case "/redirect" -> {
                response.sendRedirect("/elsewhere");
                return;
            }
            case "/async" -> {
                tell(request, response);
                AsyncContext async = request.startAsync();
                async.start(() -> {
                    try {
                        async.getResponse().getWriter().write(route + " later");
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    } finally {
                        async.complete();
                    }
                });
                return;
            }
            case "/login" -> {
                request.getSession();
                request.changeSessionId();
            }
            case "/logout" -> {
                HttpSession session = request.getSession(false);
                if (session != null) {
                    session.invalidate();
                }
            }
            case "/session" -> {
                HttpSession session = request.getSession();
                Object count = session.getAttribute("count");
                session.setAttribute("count", count == null ? 1 : (Integer) count + 1);
                response.setHeader("Count", session.getAttribute("count").toString());
            }
            default -> response.setHeader("Plain", "yes");
        }
        tell(request, response);
        response.getWriter().write(route);
    }

    private static void tell(HttpServletRequest request, HttpServletResponse response) {
        response.setHeader("Verdict", String.valueOf(request.getAttribute("jvmroute.verdict")));
        response.setHeader("Hop", String.valueOf(request.getAttribute("jvmroute.hop")));
        response.setHeader("Seen-Client", request.getRemoteAddr());
        response.setHeader("Seen-Url", request.getRequestURL().toString());
        response.setHeader("Seen-Hop-Header", String.valueOf(request.getHeader("Jvmroute-Hop")));
        response.setHeader("Seen-User", String.valueOf(request.getRemoteUser()));
        response.addHeader("Twice", "one");
        response.addHeader("Twice", "two");
    }
}
