package io.jvmroute.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.internal.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

final class JsonTest {
    private final Json json = new Json();

    @Test
    void nested_separatorsWhereTheyBelong() {
        json.object()
                .member("a", 1)
                .name("b")
                .array()
                .value("x")
                .object()
                .end()
                .value(true)
                .end();
        json.member("c", List.of(1L, 2L))
                .memberOrNull("d", null)
                .member("e", (String) null)
                .name("f")
                .object()
                .end();
        assertThat(json.end())
                .hasToString("{\"a\":1,\"b\":[\"x\",{},true],\"c\":[1,2],\"d\":null,\"e\":null,\"f\":{}}");
    }

    @Test
    void strings_areInertAndComeBackWhole() {
        StringBuilder all = new StringBuilder("\ud83d\ude00 ünï \ufeff");
        for (char c = 0; c < 0x300; c++) {
            all.append(c);
        }
        all.append("\u2028\u2029</script><!--]]>&quot;'");
        String text = json.object().member("s<", all.toString()).end().toString();
        assertThat(text).doesNotContain("<", ">", "&", "'", "\u2028", "\u2029", "\n");
        JsonObject read = com.hazelcast.internal.json.Json.parse(text).asObject();
        assertThat(read.get("s<").asString()).isEqualTo(all.toString());
    }

    @Test
    void open_isAnError() {
        assertThatThrownBy(() -> json.object().toString()).isInstanceOf(IllegalStateException.class);
    }
}
