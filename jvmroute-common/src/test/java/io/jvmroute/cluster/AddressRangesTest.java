package io.jvmroute.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AddressRangesTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.0.1, true",
        "10.0.0.0/8, 11.0.0.1, false",
        "10.0.0.0/9, 10.128.0.0, false",
        "192.0.2.7, 192.0.2.7, true",
        "192.0.2.7, 192.0.2.8, false",
        "0.0.0.0/0, 203.0.113.9, true",
        "0.0.0.0/0, ::1, false",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "::1, 0:0:0:0:0:0:0:1, true",
        // one address, two families
        "10.0.0.0/8, ::ffff:10.0.0.1, true",
        // no addresses, whatever they may resolve to
        "127.0.0.0/8, localhost, false",
        "127.0.0.0/8, 127.1, false",
        "127.0.0.0/8, 0x7f.0.0.1, false",
        "127.0.0.0/8, 127.0.0.01, false",
        "0.0.0.0/0, 2130706433, false",
        "::/0, ::1%lo, false",
        "::/0, '', false"
    })
    void contains_table(String range, String address, boolean expected) {
        assertThat(AddressRanges.of(List.of("198.51.100.1", range)).contains(address))
                .isEqualTo(expected);
        assertThat(AddressRanges.NONE.contains(address)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"localhost", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1", "10.0.0/8", "''", "10.0.0.0/8/8"})
    void of_noRange(String wrong) {
        assertThat(AddressRanges.isRange(wrong)).isFalse();
        assertThatThrownBy(() -> AddressRanges.of(List.of(wrong)))
                .hasMessage(wrong + " (expected: address or address/bits)");
    }

    @Test
    void isEmpty_ofNone() {
        assertThat(AddressRanges.NONE.isEmpty()).isTrue();
        assertThat(AddressRanges.of(List.of("::/0")).isEmpty()).isFalse();
    }
}
