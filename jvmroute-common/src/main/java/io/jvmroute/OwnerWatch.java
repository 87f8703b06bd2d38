package io.jvmroute;

import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.cluster.Pin;
import io.jvmroute.cluster.PinTable;
import io.jvmroute.forward.HopRefusal;
import io.jvmroute.forward.HopTickets;
import io.jvmroute.forward.HopWatch;
import org.jspecify.annotations.Nullable;

/** Watches over a hop to the owner of a session: what the owner says, and whether the session has left it. Thread-safe. */
final class OwnerWatch implements HopWatch {
    private final HopTickets tickets;
    private final String ticket;
    private final PinTable pins;
    private final Tenure tenure;

    /**
     * What is known of the owner at the time of the hop.
     *
     * @param key null: of nothing that could move
     * @param epoch 0 if its pin is not known
     */
    record Tenure(String owner, @Nullable AffinityKey key, long epoch) {}

    OwnerWatch(HopTickets tickets, String ticket, PinTable pins, Tenure tenure) {
        this.tickets = tickets;
        this.ticket = ticket;
        this.pins = pins;
        this.tenure = tenure;
    }

    /** The value of the hop's field. */
    String ticket() {
        return ticket;
    }

    @Override
    public @Nullable HopRefusal findRefusal(String answer) {
        return tickets.verifyRefusal(answer, ticket);
    }

    /** Later than the hop: where the pin named another node already, the request went to this one for a reason. */
    @Override
    public boolean hasMoved() {
        AffinityKey key = tenure.key;
        Pin now = key == null || pins.isEmpty() ? null : pins.find(key);
        return now != null && now.epoch() > tenure.epoch && !now.route().equals(tenure.owner);
    }
}
