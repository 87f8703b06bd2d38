package io.jvmroute;

/**
 * Why a request goes where it goes, as this node would decide now. Explaining changes nothing: no pin is made, renewed or moved.
 *
 * @param source the source whose claim counts, such as {@code session} or {@code header(X-Tenant)}, with a short hash of its key;
 *     {@code none} where no source found anything
 * @param verdict the letter that logs and counters show
 * @param owner the route of the node; empty where any ready node may be chosen, or none can serve
 * @param why the reason in words
 */
public record Explanation(String source, String verdict, String owner, String why) {
    /** One line, for consoles. */
    @Override
    public String toString() {
        return "source=" + source + " verdict=" + verdict + " owner=" + owner + " why=" + why;
    }
}
