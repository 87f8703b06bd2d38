package io.jvmroute.it;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Answers with the nonce of the request, over and over. The path says how: {@code /way/lines/nonce}, where the ways are {@code plain},
 * {@code chunked}, {@code slow}, {@code truncate} and {@code session}.
 */
final class NonceServlet extends HttpServlet {
    private static final long serialVersionUID = 1;
    private static final int SLOWNESS_MILLIS = 20;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String[] path = request.getRequestURI().split("/", -1);
        String way = path[1];
        int lines = Integer.parseInt(path[2]);
        String nonce = path[3];
        if (way.equals("session")) {
            request.getSession();
        }
        if (!takesBody(request.getInputStream(), line(nonce))) {
            response.sendError(HttpServletResponse.SC_CONFLICT, "the body belongs to another request than " + nonce);
            return;
        }
        response.setHeader("Nonce", nonce);
        byte[] line = line(nonce);
        if (!way.equals("chunked")) {
            response.setContentLength(line.length * lines);
        }
        write(response, line, lines, way);
    }

    /** A line of the body of the request and of the response. */
    static byte[] line(String nonce) {
        return (nonce + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static boolean takesBody(InputStream in, byte[] line) throws IOException {
        int at = 0;
        byte[] buffer = new byte[8192];
        for (int read; (read = in.read(buffer)) >= 0; ) {
            for (int i = 0; i < read; i++) {
                if (buffer[i] != line[at++ % line.length]) {
                    return false;
                }
            }
        }
        return at % line.length == 0;
    }

    private static void write(HttpServletResponse response, byte[] line, int lines, String way) throws IOException {
        OutputStream out = response.getOutputStream();
        for (int i = 0; i < lines; i++) {
            if (i == lines / 2) {
                if (way.equals("truncate")) {
                    response.flushBuffer();
                    throw new IOException("broken off on purpose");
                }
                if (way.equals("slow")) {
                    response.flushBuffer();
                    pause();
                }
            }
            out.write(line);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(SLOWNESS_MILLIS); // a slow application is what this is
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
