package io.jvmroute.affinity;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ClientPrefixTest {
    @ParameterizedTest
    @CsvSource(nullValues = "-", delimiter = '|', textBlock = """
        # prefix | address                   | network
        32/128   | 192.0.2.7                 | c0000207
        24/64    | 192.0.2.7                 | c0000200
        25/64    | 192.0.2.255               | c0000280
        1/1      | 192.0.2.7                 | 80000000
        32/128   | 2001:db8::1               | 20010db8000000000000000000000001
        32/64    | 2001:db8:0:1:2:3:4:5      | 20010db8000000010000000000000000
        32/60    | 2001:DB8:0:1f:2:3:4:5     | 20010db8000000100000000000000000
        32/128   | ::                        | 00000000000000000000000000000000
        32/128   | 1::                       | 00010000000000000000000000000000
        32/128   | fe80::1%eth0              | fe800000000000000000000000000001
        24/64    | ::ffff:192.0.2.7          | c0000200
        32/128   | ::ffff:c000:207           | c0000207
        32/128   | 64:ff9b::192.0.2.7        | 0064ff9b0000000000000000c0000207
        32/128   | 1:2:3:4:5:6:7:8           | 00010002000300040005000600070008
        32/128   | 1:2:3:4:5:6:7::           | 00010002000300040005000600070000
        # no addresses
        32/128   | 1:2:3:4:5:6:7             | -
        32/128   | 1:2:3:4:5:6:7:8:9         | -
        32/128   | 1:2:3:4:5:6:7:8::         | -
        32/128   | 1::2::3                   | -
        32/128   | 12345::                   | -
        32/128   | 1.2.3.4::                 | -
        32/128   | 1.2.3                     | -
        32/128   | 1.2.3.256                 | -
        32/128   | 1.2.3.4.5                 | -
        32/128   | 1..2.3                    | -
        32/128   | localhost                 | -
        32/128   | -1.2.3.4                  | -
        32/128   | ''                        | -
        32/128   | ١.2.3.4                   | -
        """)
    void network_ofAddress(String prefix, String address, String network) {
        assertThat(ClientPrefix.parse(prefix).network(address)).isEqualTo(network);
    }

    @Test
    void parse_others_areNone() {
        for (String wrong : new String[] {"", "32", "0/64", "33/64", "24/0", "24/129", "24/64/1", "a/b", "-1/1"}) {
            assertThat(ClientPrefix.parse(wrong)).as(wrong).isNull();
        }
    }
}
