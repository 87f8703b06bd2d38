package io.jvmroute.it.campaign.history;

import org.jspecify.annotations.Nullable;

/**
 * What came back for a request.
 *
 * @param status of the response; {@link #NONE} without a head
 * @param headMillis how long the head took from the moment when the request was sent; until nothing more was to come, if there is none
 * @param whole whether the framing said that the body was complete
 * @param intact whether the body was the one that the application makes for this nonce
 * @param served what the application said, if it was the application
 */
public record Answer(
        int status,
        long headMillis,
        boolean whole,
        boolean intact,
        @Nullable Served served) {
    /** The status where none came. */
    public static final int NONE = 0;

    /** The connection was refused, broke, or stayed silent. */
    public static Answer none(long millis) {
        return new Answer(NONE, millis, /* whole= */ false, /* intact= */ false, null);
    }
}
