package io.jvmroute.cluster;

import io.jvmroute.affinity.AffinityKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Picks the node that takes over a session: the same on every frontend with the same nodes, whatever their order.
 *
 * <p>Rendezvous hashing: every node gets a score from the key and its own name, and the highest wins, so that the loss of one node
 * moves only its own sessions and spreads them over all others.
 *
 * <ol>
 *   <li>D. Thaler, C. Ravishankar: Using Name-Based Mappings to Increase Hit Rates. IEEE/ACM Transactions on Networking 6(1), 1998
 *   <li>Weights by -w/ln(h): C. Schindelhauer, G. Schomaker: Weighted Distributed Hash Tables. SPAA 2005
 * </ol>
 */
public final class Rendezvous {
    private Rendezvous() {}

    /** The node of {@code nodes} with the highest score for {@code key}, or null if there is none. */
    public static @Nullable Node choose(AffinityKey key, List<Node> nodes) {
        Node best = null;
        double bestScore = 0;
        for (Node node : nodes) {
            double score = score(key, node.route(), node.weight());
            if (best == null
                    || score > bestScore
                    || (score == bestScore && node.route().compareTo(best.route()) > 0)) {
                best = node;
                bestScore = score;
            }
        }
        return best;
    }

    /** The score of one route: where two pins of one epoch meet after a split, the higher one stays. */
    public static double score(AffinityKey key, String route, int weight) {
        long hash = mix(key.high() ^ mix(key.low() ^ hash(route)));
        double uniform = ((hash >>> 11) + 0.5) * 0x1.0p-53; // in (0, 1)
        return weight / -StrictMath.log(uniform); // strict: all platforms must agree
    }

    /** FNV-1a, 64 bits. */
    private static long hash(String route) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < route.length(); i++) {
            hash = (hash ^ route.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }

    /** The finaliser of MurmurHash3: every bit of the input changes half of the output. */
    private static long mix(long value) {
        long h = value;
        h = (h ^ (h >>> 33)) * 0xff51afd7ed558ccdL;
        h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return h ^ (h >>> 33);
    }
}
