package io.jvmroute.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class UpgradeRequestTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "null",
            value = {
                "websocket             | Upgrade             | websocket",
                "WebSocket             | keep-alive, uPgRaDe | WebSocket",
                "websocket, foo/1.2    | ,,upgrade ,         | websocket, foo/1.2",
                " , websocket ,        | Upgrade             | websocket",
                "h2c, websocket        | Upgrade             | websocket",
                "h2c                   | Upgrade             | null",
                "H2C                   | Upgrade             | null",
                "h2, HTTP/2.0, TLS/1.2 | Upgrade             | null",
                "websocket             | close               | null",
                "websocket             | upgrades            | null",
                "websocket             | ''                  | null",
                "''                    | Upgrade             | null",
                "web socket            | Upgrade             | null",
                "websocket/            | Upgrade             | null",
                "/1                    | Upgrade             | null",
                "foo/1/2               | Upgrade             | null",
                "wébsocket             | Upgrade             | null",
                "websocket, a b        | Upgrade             | null"
            })
    void find_takesWhatCanGoThroughAHop(String upgrade, String connection, String expected) {
        UpgradeRequest found = UpgradeRequest.find(upgrade, connection);

        assertThat(found == null ? null : found.value()).isEqualTo(expected);
    }

    @Test
    void accepted_oneOfThoseAskedForInAnyCase() {
        UpgradeRequest request = new UpgradeRequest(List.of("websocket", "foo/2"));

        assertThat(request.accepted("WebSocket")).isEqualTo("websocket");
        assertThat(request.accepted("foo/2")).isEqualTo("foo/2");
        for (String other : List.of("", "foo", "foo/1", "websocket, foo/2", "websocket ", "h2c")) {
            assertThat(request.accepted(other)).as(other).isNull();
        }
    }

    @Test
    void protocols_none() {
        List<String> none = List.of();
        assertThatThrownBy(() -> new UpgradeRequest(none)).isInstanceOf(IllegalArgumentException.class);
    }
}
