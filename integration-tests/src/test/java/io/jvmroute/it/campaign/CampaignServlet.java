package io.jvmroute.it.campaign;

import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** The application of the campaign: a counter in the session, and bodies both ways. Each answer says who gave it, to which request and to whose session. */
@WebServlet("/*")
public final class CampaignServlet extends HttpServlet {
    private static final long serialVersionUID = 1;

    static final String USER = "user";
    static final String COUNTER = "counter";
    private static final String AT = "campaign.at";
    private static final int SESSION_SECONDS = 4 * 3600; // containers let one expire by the clock of another node
    private static final int SLOW_MILLIS = 40;
    private static final int BEAT_MILLIS = 200;
    private static final int MOST_BEATS = 300;
    private static final byte[] BEAT = ": beat\n\n".getBytes(StandardCharsets.US_ASCII);

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        request.setAttribute(AT, Whereabouts.now());
        HttpSession session = request.getSession(false);
        long counter = Whereabouts.counter(session);
        String line = answer(request, response, session, counter, counter);
        if (request.getParameter("lines") != null) {
            download(request, response);
        } else if (request.getParameter("events") != null) {
            tellEvents(response);
        } else {
            response.getWriter().print(line);
        }
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        request.setAttribute(AT, Whereabouts.now());
        String path = request.getPathInfo();
        String body = path.equals("/upload") ? checksum(request.getInputStream()) : "";
        Whereabouts.note(request.getParameter("nonce"));
        if (request.getParameter("slow") != null) {
            pause(Integer.parseInt(request.getParameter("slow")));
        }
        HttpSession session = path.equals("/begin") ? begin(request) : request.getSession(false);
        long before = Whereabouts.counter(session);
        if (session != null && !path.equals("/begin")) {
            session.setAttribute(COUNTER, before + 1);
        }
        if (session != null && path.equals("/login")) {
            request.changeSessionId();
        }
        String line = answer(request, response, session, before, Whereabouts.counter(session));
        if (session != null && path.equals("/logout")) {
            session.invalidate();
        }
        response.getWriter().print(body.isEmpty() ? line : body);
    }

    private static HttpSession begin(HttpServletRequest request) {
        HttpSession session = request.getSession();
        session.setMaxInactiveInterval(SESSION_SECONDS);
        session.setAttribute(USER, request.getParameter(USER));
        session.setAttribute(COUNTER, 0L);
        return session;
    }

    private static String answer(
            HttpServletRequest request,
            HttpServletResponse response,
            @Nullable HttpSession session,
            long before,
            long after) {
        String line = Whereabouts.line(request.getParameter("nonce"), Whereabouts.user(session), before, after, (Long)
                request.getAttribute(AT));
        response.setContentType("text/plain");
        response.setHeader("Campaign", line);
        response.setHeader("Campaign-Url", response.encodeURL(request.getContextPath() + "/"));
        return line;
    }

    /** Lines of the nonce; slowly if asked to. */
    private static void download(HttpServletRequest request, HttpServletResponse response) throws IOException {
        int lines = Integer.parseInt(request.getParameter("lines"));
        boolean slow = request.getParameter("slow") != null;
        byte[] line = (request.getParameter("nonce") + "\n").getBytes(StandardCharsets.US_ASCII);
        if (request.getParameter("chunked") == null) {
            response.setContentLength(lines * line.length);
        }
        OutputStream out = response.getOutputStream();
        for (int i = 0; i < lines; i++) {
            out.write(line);
            if (slow && i % (lines / 16 + 1) == 0) {
                out.flush();
                pause(SLOW_MILLIS);
            }
        }
    }

    /** A beat now and then, until the client goes away. */
    private static void tellEvents(HttpServletResponse response) throws IOException {
        response.setContentType("text/event-stream");
        for (int i = 0; i < MOST_BEATS; i++) {
            response.getOutputStream().write(BEAT);
            response.flushBuffer();
            pause(BEAT_MILLIS);
        }
    }

    private static void pause(int millis) throws IOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static String checksum(InputStream in) throws IOException {
        CRC32 checksum = new CRC32();
        byte[] part = new byte[8192];
        for (int read; (read = in.read(part)) >= 0; ) {
            checksum.update(part, 0, read);
        }
        return Long.toHexString(checksum.getValue());
    }
}
