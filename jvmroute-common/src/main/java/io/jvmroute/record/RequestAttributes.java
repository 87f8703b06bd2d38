package io.jvmroute.record;

/** The names of the request attributes in which access logs and applications find the decision. */
public final class RequestAttributes {
    /** The verdict's letter. */
    public static final String VERDICT = "jvmroute.verdict";

    /** The route of this node; of a frontend, empty. */
    public static final String NODE = "jvmroute.node";

    /** The route of the node that serves the request. */
    public static final String OWNER = "jvmroute.owner";

    /** How often the request was forwarded, 0 or 1, an {@link Integer}. */
    public static final String HOP = "jvmroute.hop";

    /** Why the client got an error from this node, or a broken response: the type of RFC 9209 and what happened. */
    public static final String CAUSE = "jvmroute.cause";

    private RequestAttributes() {}
}
