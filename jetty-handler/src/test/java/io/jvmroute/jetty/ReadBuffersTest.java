package io.jvmroute.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.junit.jupiter.api.Test;

class ReadBuffersTest {
    private final ReadBuffers buffers = new ReadBuffers();

    @Test
    void acquire_hasRoomForAHeadAndASmallBody() {
        assertThat(buffers.acquire().capacity()).isGreaterThanOrEqualTo(64 * 1024 + 8 * 1024);
    }

    @Test
    void enlarge_large_isTheSame() {
        RetainableByteBuffer large = buffers.enlarge(buffers.acquire());

        assertThat(buffers.enlarge(large)).isSameAs(large);
    }

    @Test
    void enlarge_isBounded_untilOneComesBack() {
        int usual = buffers.acquire().capacity();
        List<RetainableByteBuffer> large = new ArrayList<>();
        RetainableByteBuffer next = buffers.enlarge(buffers.acquire());
        while (next.capacity() > usual) {
            large.add(next);
            next = buffers.enlarge(buffers.acquire());
            assertThat(large).as("without a bound").hasSizeLessThan(1000);
        }
        assertThat(large).isNotEmpty();
        assertThat(next.capacity()).isEqualTo(usual);

        buffers.release(next); // a usual one makes no room
        assertThat(buffers.enlarge(buffers.acquire()).capacity()).isEqualTo(usual);
        buffers.release(large.get(0));
        assertThat(buffers.enlarge(buffers.acquire()).capacity()).isGreaterThan(usual);
    }
}
