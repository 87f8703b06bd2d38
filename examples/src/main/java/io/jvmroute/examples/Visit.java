package io.jvmroute.examples;

import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a session holds: one immutable value, so that a copy on another node is never half of an update.
 *
 * @param left the node on which an earlier session of the same browser was left behind, empty if there is none
 */
record Visit(
        long requests,
        String node,
        String left,
        List<Move> moves,
        Cart cart,
        @Nullable String user) implements Serializable {

    /** Before the first request: no node has answered. */
    static final Visit NEW = new Visit(0, "", "", List.of(), Cart.EMPTY, null);

    private static final int KEPT_MOVES = 20;

    Visit {
        moves = List.copyOf(moves);
    }

    /** One more request, and a move if the node is not the one that answered last. */
    Visit answeredBy(String answering, Instant now) {
        if (node.isEmpty() || answering.isEmpty() || node.equals(answering)) {
            return new Visit(requests + 1, answering, left, moves, cart, user);
        }
        List<Move> longer = new ArrayList<>(moves);
        longer.add(new Move(now, node, answering));
        List<Move> kept = longer.subList(Math.max(0, longer.size() - KEPT_MOVES), longer.size());
        return new Visit(requests + 1, answering, left, kept, cart, user);
    }

    Visit withLeft(String former) {
        return new Visit(requests, node, former, moves, cart, user);
    }

    Visit withCart(Cart changed) {
        return new Visit(requests, node, left, moves, changed, user);
    }

    Visit withUser(String name) {
        return new Visit(requests, node, left, moves, cart, name);
    }
}
