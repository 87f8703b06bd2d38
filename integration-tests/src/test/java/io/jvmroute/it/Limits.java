package io.jvmroute.it;

import java.util.Locale;

/** Prints figures beside the limits that were set for them beforehand, and remembers whether one is broken. */
final class Limits {
    private boolean broken;

    /** A figure that must not exceed {@code limit}. */
    void atMost(String figure, double value, double limit) {
        print(value <= limit, String.format(Locale.ROOT, "%s: %.4g (at most %.4g)", figure, value, limit));
    }

    /** A figure that must reach {@code limit}. */
    void atLeast(String figure, double value, double limit) {
        print(value >= limit, String.format(Locale.ROOT, "%s: %.4g (at least %.4g)", figure, value, limit));
    }

    private void print(boolean holds, String line) {
        System.out.println((holds ? "  held    " : "  BROKEN  ") + line);
        broken |= !holds;
    }

    boolean isBroken() {
        return broken;
    }
}
