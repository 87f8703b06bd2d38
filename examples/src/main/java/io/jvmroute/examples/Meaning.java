package io.jvmroute.examples;

/** A verdict in words. */
record Meaning(String title, String sentence) {

    static Meaning of(Whereabouts where) {
        return switch (where.verdict()) {
            case "H" ->
                where.hops() == 0
                        ? new Meaning("At home", "You asked the node that owns your session, and it answered itself.")
                        : new Meaning(
                                "One hop", "The node you asked passed your request to the one that owns your session.");
            case "F" -> new Meaning("Forwarded", "Your request went to the node that your session id names.");
            case "N" ->
                new Meaning("New here", "Your request named no owner yet. The session begins where it was answered.");
            case "R" -> new Meaning("Taken over", "The owner is gone. All nodes agreed that this one goes on for it.");
            case "M" ->
                new Meaning("Moved", "Your cookie still names the old owner. The request followed the session.");
            case "D" ->
                new Meaning("Draining", "The owner is about to stop. It keeps its sessions, but takes no new ones.");
            case "I" ->
                new Meaning("Unknown owner", "Your session id names a node that nobody knows. It was treated as new.");
            case "X" -> new Meaning("Rejected", "Nobody may answer for this session now.");
            default ->
                new Meaning(
                        "No valve here", "This server runs without jvmroute. The node is read off your session id.");
        };
    }
}
