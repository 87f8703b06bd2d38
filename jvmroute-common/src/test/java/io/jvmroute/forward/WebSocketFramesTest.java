package io.jvmroute.forward;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Frames of all forms of length, masked and not, cut everywhere. */
class WebSocketFramesTest {
    private static final int FIN = 0x80;
    private static final int TEXT = 1;
    private static final int CONTINUATION = 0;
    private static final int CLOSE = 8;
    private static final int PING = 9;

    private final ByteBuffer stream = ByteBuffer.allocate(300_000);
    private final Set<Integer> boundaries = new TreeSet<>(Set.of(0));
    private final Random random = new Random(3);

    private void frame(int first, int lengthForm, boolean masked, int length) {
        int mask = masked ? 0x80 : 0;
        stream.put((byte) first);
        switch (lengthForm) {
            case 2 -> stream.put((byte) (mask | 126)).putShort((short) length);
            case 8 -> stream.put((byte) (mask | 127)).putLong(length);
            default -> stream.put((byte) (mask | length));
        }
        byte[] body = new byte[length + (masked ? 4 : 0)];
        random.nextBytes(body);
        stream.put(body);
        boundaries.add(stream.position());
    }

    private void frames() {
        for (boolean masked : List.of(false, true)) {
            frame(TEXT, 0, masked, 0);
            frame(CONTINUATION, 0, masked, 1);
            frame(FIN | PING, 0, masked, 125);
            frame(CONTINUATION, 2, masked, 126);
            frame(CONTINUATION, 2, masked, 0x1ff); // more than the low byte
            frame(CONTINUATION, 8, masked, 3); // longer than it need be: whoever reads it complains
            frame(FIN | CONTINUATION, 0, masked, 2);
        }
    }

    private ByteBuffer part(int from, int to) {
        return stream.duplicate().limit(to).position(from);
    }

    @Test
    void stream_cutInTwoEverywhere_boundariesAreKnown() {
        frames();
        int end = stream.position();
        for (int cut = 0; cut <= end; cut++) {
            WebSocketFrames frames = new WebSocketFrames();
            ByteBuffer first = part(0, cut);
            frames.follow(first);
            assertThat(first.position()).as("left as it was").isZero();
            assertThat(frames.isBetweenFrames()).as("after %s", cut).isEqualTo(boundaries.contains(cut));
            int at = cut;
            int next = boundaries.stream()
                    .filter(boundary -> boundary >= at)
                    .findFirst()
                    .orElseThrow();
            assertThat(frames.followToBoundary(part(cut, end)))
                    .as("after %s", cut)
                    .isEqualTo(next - cut);
            assertThat(frames.isBetweenFrames()).isTrue();
            frames.follow(part(next, end));
            assertThat(frames.isBetweenFrames()).isTrue();
            assertThat(frames.isClosing()).isFalse();
        }
    }

    @Test
    void stream_byteByByte_boundariesAreKnown() {
        frames();
        frame(CONTINUATION, 2, false, 65_535);
        frame(CONTINUATION, 8, false, 65_536);
        frame(CONTINUATION, 8, true, 65_537);
        WebSocketFrames whole = new WebSocketFrames();
        List<Integer> seen = new ArrayList<>(List.of(0));
        for (int at = 0; at < stream.position(); at++) {
            whole.follow(part(at, at + 1));
            if (whole.isBetweenFrames()) {
                seen.add(at + 1);
            }
        }
        assertThat(seen).containsExactlyElementsOf(boundaries);
    }

    @Test
    void stream_cutAtRandom_boundariesAreKnown() {
        frames();
        frame(CONTINUATION, 8, false, 70_000);
        frames();
        int end = stream.position();
        for (int round = 0; round < 1000; round++) {
            WebSocketFrames frames = new WebSocketFrames();
            for (int at = 0; at < end; ) {
                int to = Math.min(end, at + random.nextInt(1, 1 << random.nextInt(1, 17)));
                frames.follow(part(at, to));
                at = to;
                assertThat(frames.isBetweenFrames()).isEqualTo(boundaries.contains(at));
            }
        }
    }

    @Test
    void closeFrame_nothingFollowsIt() {
        for (boolean masked : List.of(false, true)) {
            stream.clear();
            frame(FIN | TEXT, 0, masked, 5);
            int start = stream.position();
            frame(FIN | CLOSE, 0, masked, 2);
            int end = stream.position();
            frame(FIN | TEXT, 0, masked, 100);
            WebSocketFrames frames = new WebSocketFrames();
            for (int at = 0; at < stream.position() - 1; at++) {
                frames.follow(part(at, at + 1));
                assertThat(frames.isClosing()).isEqualTo(at >= start);
                assertThat(frames.isClosed()).isEqualTo(at >= end - 1);
            }
        }
    }

    @Test
    void length_ofNoFrame_neverEnds() {
        for (long length : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            for (int mask : new int[] {0, 0x80}) {
                stream.clear();
                stream.put((byte) (FIN | TEXT)).put((byte) (mask | 127)).putLong(length);
                WebSocketFrames frames = new WebSocketFrames();
                frames.follow(part(0, 10));
                for (int i = 0; i < 1000; i++) {
                    assertThat(frames.isBetweenFrames()).isFalse();
                    assertThat(frames.followToBoundary(part(0, stream.capacity())))
                            .isEqualTo(stream.capacity());
                }
            }
        }
    }
}
