package io.jvmroute.status;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.jvmroute.http.FieldSink;
import java.util.Locale;
import java.util.Set;

/** Whether a request has fields that proxies add: then its connection says nothing of the client. */
final class ForwardedTraces implements FieldSink {
    private static final Set<String> NAMES = Set.of(
            "forwarded",
            "via",
            "x-real-ip",
            "x-client-ip",
            "x-cluster-client-ip",
            "x-original-forwarded-for",
            "true-client-ip",
            "cf-connecting-ip",
            "client-ip");

    private boolean found;

    boolean isFound() {
        return found;
    }

    @Override
    public void field(byte[] name, int nameOffset, int nameLength, byte[] value, int valueOffset, int valueLength) {
        field(new String(name, nameOffset, nameLength, ISO_8859_1), "");
    }

    @Override
    public void field(String name, String value) {
        String plain = name.toLowerCase(Locale.ROOT).replace('_', '-');
        found |= NAMES.contains(plain) || plain.startsWith("x-forwarded");
    }
}
