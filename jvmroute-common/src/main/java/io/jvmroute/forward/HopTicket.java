package io.jvmroute.forward;

import io.jvmroute.http.ClientEnd;

/**
 * What a frontend tells the owner with a forwarded request, and the owner trusts once it is authenticated: see {@link
 * HopTickets}. There is no clock in it: the nodes' clocks need not agree.
 *
 * @param from the incarnation of the frontend
 * @param to the incarnation of the owner
 * @param client the client's end, to be restored by the owner
 * @param keyHash the affinity key by which the frontend chose the owner, empty if there was none
 * @param epoch the epoch of the pin that the frontend knew, 0 for none
 */
public record HopTicket(String from, String to, ClientEnd client, String keyHash, long epoch) {
    /** The field that carries a ticket between nodes. */
    public static final String HEADER = "Jvmroute-Hop";

    /** Checks the epoch. */
    public HopTicket {
        if (epoch < 0) {
            throw new IllegalArgumentException("epoch: " + epoch + " (expected: >= 0)");
        }
    }
}
