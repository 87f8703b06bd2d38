package io.jvmroute.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Text on its way into JSON and HTML. */
final class EscapeTest {

    @Test
    void json_nested() {
        assertThat(Json.of(Map.of("a", Arrays.asList(1, true, null, "x", Map.of()))))
                .isEqualTo("{\"a\":[1,true,null,\"x\",{}]}");
    }

    @Test
    void json_textIsQuoted() {
        assertThat(Json.of("\"\\\n\r\t\u0001</script>é😀\ud800"))
                .isEqualTo("\"\\\"\\\\\\n\\r\\t\\u0001\\u003c/script>é😀\\ud800\"");
    }

    @Test
    void json_namesAreQuotedToo() {
        assertThat(Json.of(Map.of("\"", List.of()))).isEqualTo("{\"\\\"\":[]}");
    }

    @Test
    void html_neitherTagsNorAttributesEnd() {
        assertThat(Html.escape("<a href=\"x\" title='y'>&</a>"))
                .isEqualTo("&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;&lt;/a&gt;");
    }

    @ParameterizedTest
    @CsvSource({"0, 0.00", "5, 0.05", "480, 4.80", "123456, 1234.56"})
    void euros_twoDigits(long cents, String expected) {
        assertThat(Html.euros(cents)).isEqualTo("€\u00a0" + expected);
    }
}
