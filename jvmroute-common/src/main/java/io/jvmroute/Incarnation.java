package io.jvmroute;

import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The boot id of one life of a node: the start in milliseconds, then 48 random bits, in hexadecimal, so that a later life sorts after an earlier
 * one wherever clocks roughly agree.
 *
 * @param id the text
 */
record Incarnation(String id) {
    private static final SecureRandom RANDOM = new SecureRandom();

    static Incarnation next() {
        byte[] random = new byte[6];
        RANDOM.nextBytes(random);
        return new Incarnation(HexFormat.of().toHexDigits(System.currentTimeMillis())
                + HexFormat.of().formatHex(random));
    }
}
