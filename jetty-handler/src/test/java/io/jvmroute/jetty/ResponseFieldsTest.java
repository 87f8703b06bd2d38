package io.jvmroute.jetty;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.jvmroute.http1.ResponseHeadParser;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.Test;

final class ResponseFieldsTest {
    private static final List<String> NAMES = List.of(
            "Content-Type", "content-type", "CONTENT-TYPE", "X-Own", "x-own", "Set-Cookie", "Server", "Date", "ETag");
    private static final List<String> VALUES =
            List.of("", "a", "A", "text/html", "text/htmL", "\u00e4", "\u00c4", "v".repeat(128), "v".repeat(129));

    private static HttpFields copy(ResponseFields fields, String head) throws Exception {
        ResponseHeadParser parser = new ResponseHeadParser();
        parser.reset(/* answersHead= */ false);
        assertThat(parser.parse(ByteBuffer.wrap(head.getBytes(ISO_8859_1)))).isTrue();
        HttpFields.Mutable made = HttpFields.build();
        fields.copy(parser, made);
        return made;
    }

    private static String text(HttpFields fields) {
        return fields.stream()
                .map(field -> field.getHeader() + " " + field.getName() + ": " + field.getValue())
                .collect(Collectors.joining("\n"));
    }

    @Test
    void fields_areThoseOfTheirOwnResponse_whateverCameBefore() throws Exception {
        Random random = new Random(11);
        ResponseFields reused = new ResponseFields();
        for (int i = 0; i < 20_000; i++) {
            StringBuilder head = new StringBuilder("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n");
            for (int j = random.nextInt(20); j > 0; j--) {
                head.append(NAMES.get(random.nextInt(NAMES.size())))
                        .append(": ")
                        .append(VALUES.get(random.nextInt(VALUES.size())))
                        .append("\r\n");
            }
            head.append("\r\n");
            assertThat(text(copy(reused, head.toString())))
                    .isEqualTo(text(copy(new ResponseFields(), head.toString())));
        }
    }

    @Test
    void field_thatIsTheSame_isUsedAgain() throws Exception {
        ResponseFields reused = new ResponseFields();
        String head = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nServer: a\r\nX-Own: b\r\n\r\n";
        HttpFields first = copy(reused, head);
        HttpFields second = copy(reused, head);
        assertThat(second.getField("Server")).isSameAs(first.getField("Server"));
        assertThat(second.getField("X-Own")).isSameAs(first.getField("X-Own"));
    }

    @Test
    void contentLength_isThatOfTheResponse() {
        ResponseFields reused = new ResponseFields();
        HttpField first = reused.contentLength(1024);
        assertThat(first.getValue()).isEqualTo("1024");
        assertThat(reused.contentLength(1024)).isSameAs(first);
        assertThat(reused.contentLength(1025).getValue()).isEqualTo("1025");
    }
}
