package io.jvmroute.affinity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SourceSpecTest {
    @Test
    void parse_everyKind() {
        for (String text : List.of(
                "session",
                "cookie",
                "app-cookie(PHPSESSID)",
                "app-cookie(SID;query=sid;path=s)",
                "header(X-Tenant)",
                "client-ip",
                "tls-session")) {
            SourceSpec spec = SourceSpec.parse(text);
            assertThat(spec).as(text).isNotNull();
            assertThat(spec).hasToString(text);
        }
    }

    @Test
    void parse_others_areNone() {
        for (String text : List.of(
                "",
                "Session",
                "session()",
                "header",
                "header()",
                "header( )",
                "header(a b)",
                "header(X",
                "header(X)y",
                "header(X;query=q)",
                "app-cookie",
                "app-cookie(a;query=)",
                "app-cookie(a;q=b)",
                "app-cookie(a;query=b;query=c)",
                "client-ip(1)")) {
            assertThat(SourceSpec.parse(text)).as(text).isNull();
        }
    }

    @Test
    void split_atCommasOutsideOfParentheses() {
        assertThat(SourceSpec.split(" session ,, header(A,B), client-ip ,"))
                .containsExactly("session", "header(A,B)", "client-ip");
        assertThat(SourceSpec.split("header(a, b")).containsExactly("header(a, b");
        assertThat(SourceSpec.split("")).isEmpty();
    }
}
