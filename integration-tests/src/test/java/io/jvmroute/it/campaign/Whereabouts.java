package io.jvmroute.it.campaign;

import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Where the application runs, and its notes of what it carried out. A line is written before the answer is, so that a kill loses none. */
final class Whereabouts {
    private static final String NODE = System.getProperty("campaign.node", "");
    private static final String INCARNATION =
            NODE + "#" + ProcessHandle.current().pid();
    private static final long CLOCK_SHIFT_MILLIS = Long.getLong("campaign.clockShiftMillis", 0);
    private static final FileChannel NOTES = open();

    private Whereabouts() {}

    private static FileChannel open() {
        try {
            return FileChannel.open(
                    Path.of(Objects.requireNonNull(System.getProperty("campaign.notes"))),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Notes that this POST is carried out here. */
    static synchronized void note(String nonce) throws IOException {
        String line = nonce + " " + NODE + " " + INCARNATION + " " + now() + "\n";
        NOTES.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII)));
    }

    /** By the clock of those whose clock is right. */
    static long now() {
        return System.currentTimeMillis() - CLOCK_SHIFT_MILLIS;
    }

    static String line(String nonce, String user, long before, long after, long at) {
        return String.join(
                "|", NODE, INCARNATION, nonce, user, Long.toString(before), Long.toString(after), Long.toString(at));
    }

    static String user(@Nullable HttpSession session) {
        return session == null ? "-" : String.valueOf(session.getAttribute(CampaignServlet.USER));
    }

    /** The session's counter; -1 without a session. */
    static long counter(@Nullable HttpSession session) {
        return session != null && session.getAttribute(CampaignServlet.COUNTER) instanceof Long counter ? counter : -1;
    }
}
