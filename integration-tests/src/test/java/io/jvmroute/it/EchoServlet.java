package io.jvmroute.it;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.util.Collections;
import java.util.Locale;
import java.util.Set;
import java.util.zip.CRC32;

/** Tells all that an application sees of a request. With the parameter {@code bytes} it answers with as many bytes instead. */
@WebServlet("/*")
public final class EchoServlet extends HttpServlet {
    private static final long serialVersionUID = 1;

    /** Fields of one connection or of one framing: each hop makes its own. */
    private static final Set<String> OF_THE_HOP =
            Set.of("connection", "content-length", "expect", "http2-settings", "transfer-encoding", "upgrade");

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (request.getRequestURI().contains("/down/")) {
            long length = Long.parseLong(request.getRequestURI().replaceAll(".*/down/", ""));
            response.setContentLengthLong(length);
            fill(response.getOutputStream(), length);
            return;
        }
        if (request.getRequestURI().contains("/session")) {
            request.getSession();
        }
        long[] body = checksum(request.getInputStream());
        response.addHeader("X-Order", "1");
        response.addHeader("x-order", "2");
        response.addHeader("X-Latin", "\u00e9\u00ff");
        response.setContentType("text/plain;charset=iso-8859-1");
        PrintWriter out = response.getWriter();
        out.println(request.getMethod() + " " + request.getRequestURI() + " ? " + request.getQueryString());
        out.println(request.getServletPath() + " | " + request.getPathInfo() + " | "
                + request.getProtocol().startsWith("HTTP/"));
        out.println("client " + request.getRemoteAddr() + " " + request.getRemoteHost() + " " + request.isSecure());
        out.println("server " + request.getScheme() + " " + request.getServerName() + " " + request.getServerPort()
                + " " + request.getRequestURL());
        out.println("session " + request.getRequestedSessionId() + " " + request.isRequestedSessionIdValid());
        out.println("body " + request.getContentType() + " " + body[0] + " " + body[1]);
        for (String name : Collections.list(request.getHeaderNames())) {
            if (OF_THE_HOP.contains(name.toLowerCase(Locale.ROOT))) {
                continue;
            }
            out.println(name + " = " + Collections.list(request.getHeaders(name)));
        }
    }

    /** Writes a pattern of this length. */
    static void fill(OutputStream out, long length) throws IOException {
        byte[] part = new byte[64 * 1024];
        for (int i = 0; i < part.length; i++) {
            part[i] = (byte) (i * 31 + i / 251);
        }
        for (long left = length; left > 0; left -= part.length) {
            out.write(part, 0, (int) Math.min(left, part.length));
        }
    }

    /** The length and the CRC-32 of what comes. */
    static long[] checksum(InputStream in) throws IOException {
        CRC32 checksum = new CRC32();
        long length = 0;
        byte[] part = new byte[64 * 1024];
        for (int read; (read = in.read(part)) >= 0; length += read) {
            checksum.update(part, 0, read);
        }
        return new long[] {length, checksum.getValue()};
    }
}
