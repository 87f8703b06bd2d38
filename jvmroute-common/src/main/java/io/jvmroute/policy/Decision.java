package io.jvmroute.policy;

import io.jvmroute.cluster.Node;

/** Where a request goes. What needs no parameter exists once, so that the home path allocates nothing. */
public sealed interface Decision {
    /** Why. */
    Verdict verdict();

    /**
     * Straight on into the application of this node.
     *
     * @param verdict why
     */
    record ServeLocally(Verdict verdict) implements Decision {
        /** The session lives here. */
        public static final ServeLocally HOME = new ServeLocally(Verdict.HOME);
    }

    /**
     * One hop to another node.
     *
     * @param backend that node
     * @param verdict why
     */
    record Forward(Node backend, Verdict verdict) implements Decision {}

    /**
     * The owner is gone: agree with the other frontends on a new one, then ask again.
     *
     * @param owner the route of the one that is gone
     */
    record Repin(String owner) implements Decision {
        @Override
        public Verdict verdict() {
            return Verdict.REPINNED;
        }
    }

    /** The request has a key without a route and without a pin: agree with the other frontends on a first owner, then ask again. */
    record FirstPin() implements Decision {
        /** All of them are alike. */
        public static final FirstPin INSTANCE = new FirstPin();

        @Override
        public Verdict verdict() {
            return Verdict.NONE;
        }
    }

    /**
     * No node has a claim: {@link NodeSelector} picks one.
     *
     * @param verdict {@link Verdict#NONE} or {@link Verdict#INVALID}
     */
    record Balance(Verdict verdict) implements Decision {
        /** A first request. */
        public static final Balance NONE = new Balance(Verdict.NONE);

        /** A request whose id tells nothing usable. */
        public static final Balance INVALID = new Balance(Verdict.INVALID);
    }

    /**
     * An error to the client.
     *
     * @param status 400, 500 or 503
     * @param reason for logs and the error's body
     */
    record Reject(int status, String reason) implements Decision {
        /** A hop header from outside, or one whose key is not ours. */
        public static final Reject FORGED_HOP = new Reject(400, "hop header does not verify");

        /** The owner is down and {@code onOwnerDown} is {@code reject}. */
        public static final Reject OWNER_DOWN = new Reject(503, "the node of this session is down");

        /** The owner can't be reached, and {@code partitionPolicy} is {@code consistent}: the larger part of the cluster may have moved the session. */
        public static final Reject MINORITY = new Reject(
                503, "the node of this session can't be reached, and this node sees fewer than half of the nodes");

        /** The grid has not agreed on a new owner, and {@code partitionPolicy} is {@code consistent}. */
        public static final Reject NOT_AGREED =
                new Reject(503, "the nodes have not agreed yet on who owns the session");

        /** There is no node to serve the request. */
        public static final Reject NOBODY_READY = new Reject(503, "no node is ready");

        /** The nodes do not agree yet on who owns the session. */
        public static final Reject NOT_MINE = new Reject(503, "the session is on its way to another node");

        /** This node stood still, and does not know yet whether the session has moved meanwhile. */
        public static final Reject STOOD_STILL = new Reject(503, "the node of this session stood still");

        /** No thread of this node takes the request on. */
        public static final Reject NO_THREAD = new Reject(503, "this node has no thread to go on with");

        /** A fault of this node. */
        public static final Reject FAILED = new Reject(500, "this node failed");

        @Override
        public Verdict verdict() {
            return Verdict.REJECTED;
        }
    }
}
