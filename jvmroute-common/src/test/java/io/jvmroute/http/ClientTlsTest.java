package io.jvmroute.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ClientTlsTest {
    @Test
    void decode_encoded_isTheSame() {
        ClientTls full = new ClientTls("TLSv1.3", "TLS_AES_256_GCM_SHA384", 256, "0aff", List.of("QUJD", "REVG=="));
        ClientTls bare = new ClientTls("", "TLS_AES_256_GCM_SHA384", 0, "", List.of());

        assertThat(full.encode()).isEqualTo("TLSv1.3 TLS_AES_256_GCM_SHA384 256 0aff QUJD,REVG==");
        assertThat(ClientTls.decode(full.encode())).isEqualTo(full);
        assertThat(bare.encode()).isEqualTo("- TLS_AES_256_GCM_SHA384 0 - -");
        assertThat(ClientTls.decode(bare.encode())).isEqualTo(bare);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a b 1 c", "a b 1 c d e", "a b many c d", "a b  c d"})
    void decode_anythingElse_isNothing(String value) {
        assertThat(ClientTls.decode(value)).isNull();
    }
}
