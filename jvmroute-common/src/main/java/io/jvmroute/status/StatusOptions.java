package io.jvmroute.status;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the status is, and who may see it.
 *
 * @param path what its addresses begin with, such as {@code /jvmroute}
 * @param token what {@code Authorization: Bearer} has to carry for anything but a read, and for reads from afar; null: no POST is allowed
 * @param allow address ranges whose connections may read without a token, besides loopback
 */
public record StatusOptions(String path, @Nullable String token, List<String> allow) {
    /** Copies the list. */
    public StatusOptions {
        allow = List.copyOf(allow);
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "StatusOptions[path=" + path + " allow=" + allow + "]";
    }
}
