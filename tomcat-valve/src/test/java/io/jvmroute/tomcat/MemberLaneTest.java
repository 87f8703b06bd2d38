package io.jvmroute.tomcat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.jvmroute.testing.LogLines;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.catalina.tribes.ChannelException;
import org.apache.catalina.tribes.ChannelMessage;
import org.apache.catalina.tribes.Member;
import org.apache.catalina.tribes.io.ChannelData;
import org.apache.catalina.tribes.io.XByteBuffer;
import org.apache.catalina.tribes.membership.StaticMember;
import org.junit.jupiter.api.Test;

/** The lane of a member that acknowledges nothing. */
final class MemberLaneTest {
    private static final int ENOUGH = 1_000;

    private final AtomicInteger tries = new AtomicInteger();

    @Test
    void close_whileItCatchesUp_tellsHowManyCopiesWereDropped() throws Exception {
        MemberLane lane = new MemberLane(member(), this::fail, () -> true, ENOUGH);
        lane.send(message()).get();
        lane.send(message()).get();
        lane.send(message()).get();
        await().until(() -> tries.get() > 1); // by the one that catches up

        try (LogLines log = new LogLines(MemberLane.class)) {
            lane.close();

            assertThat(log.lines())
                    .containsExactly(
                            "member=" + member().getName() + " state=STOPPED (3 copies were not acknowledged)");
        }
    }

    private void fail(ChannelMessage message) throws ChannelException {
        tries.incrementAndGet();
        throw new ChannelException("not acknowledged");
    }

    private static ChannelMessage message() {
        ChannelData message = new ChannelData(/* generateUUID= */ true);
        message.setAddress(member());
        message.setMessage(new XByteBuffer(new byte[] {1}, /* discard= */ false));
        return message;
    }

    private static Member member() {
        try {
            return new StaticMember("127.0.0.1", 4000, 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
