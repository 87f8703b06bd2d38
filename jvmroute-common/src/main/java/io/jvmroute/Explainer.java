package io.jvmroute;

import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.affinity.Claim;
import io.jvmroute.cluster.ClusterView;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.Rendezvous;
import io.jvmroute.http.Exchange;
import io.jvmroute.policy.Decision;
import io.jvmroute.policy.NodeSelector;
import java.time.Duration;
import java.util.function.Function;

/** Says why a request goes where it goes. Asks the same questions as a request does, and leaves no trace. Thread-safe. */
final class Explainer {
    private final AffinityRouter router;
    private final Function<Node, Duration> heldDown;

    /** {@code heldDown} tells for how long a suspect is let alone. */
    Explainer(AffinityRouter router, Function<Node, Duration> heldDown) {
        this.router = router;
        this.heldDown = heldDown;
    }

    Explanation explain(Exchange exchange) {
        return explain(router.inspect(exchange));
    }

    Explanation explain(Claim claim) {
        ClusterView view = router.view();
        Decision decision = router.judge(claim, view);
        String source = claim.toString();
        String verdict = decision.verdict().text();
        if (decision instanceof Decision.ServeLocally) {
            return new Explanation(source, verdict, String.valueOf(view.selfRoute()), router.reason(claim, view));
        }
        if (decision instanceof Decision.Forward forward) {
            String state = forward.backend().state().name();
            return new Explanation(
                    source, verdict, forward.backend().route(), router.reason(claim, view) + ", which is " + state);
        }
        if (decision instanceof Decision.Repin repin) {
            return ofRepin(source, claim, repin, view);
        }
        if (decision instanceof Decision.FirstPin) {
            return new Explanation(
                    source, verdict, "", "the key has no pin: the nodes agree on one at the first request");
        }
        if (decision instanceof Decision.Balance) {
            return new Explanation(source, verdict, "", router.reason(claim, view) + ": any ready node may be chosen");
        }
        if (decision instanceof Decision.Reject reject) {
            return new Explanation(source, verdict, "", reject.reason());
        }
        throw new AssertionError(decision);
    }

    private Explanation ofRepin(String source, Claim claim, Decision.Repin repin, ClusterView view) {
        AffinityKey key = claim.key();
        Node next = key == null ? null : Rendezvous.choose(key, NodeSelector.candidates(view));
        Node gone = view.find(repin.owner());
        String state = gone == null
                ? "is not in the cluster"
                : view.isSuspect(repin.owner())
                        ? "can't be reached" + held(gone)
                        : "is " + gone.state().name();
        return new Explanation(
                source,
                repin.verdict().text(),
                next == null ? "" : next.route(),
                "its node " + repin.owner() + " " + state
                        + "; that is the hash's choice, unless the grid has agreed on another");
    }

    private String held(Node gone) {
        Duration held = heldDown.apply(gone);
        return held.isZero() ? "" : ", and is held down " + Reachability.seconds(held) + " more";
    }
}
