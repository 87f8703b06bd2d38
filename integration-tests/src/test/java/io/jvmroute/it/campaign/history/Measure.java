package io.jvmroute.it.campaign.history;

/** A figure that a node told of itself when all users had left; it must be 0, beside what is counted of sessions that still live. */
public record Measure(String node, String name, long value, Counts counts) {
    /** What it counts. */
    public enum Counts {
        /** What ends with a request, or must not be there at all. */
        FORWARDS,
        /** Sessions of the node, which may live on where their end was not heard of. */
        SESSIONS,
        /** What the grid says of sessions, where the copy of a member that was away may win. */
        PINS
    }
}
