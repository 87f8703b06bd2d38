package io.jvmroute.policy;

/** Why a request went where it went: one letter in access logs and counters. */
public enum Verdict {
    /** Served here, where its session lives; also what arrived by a verified hop. */
    HOME('H'),
    /** Forwarded to the node that its session id names. */
    FORWARDED('F'),
    /** No affinity yet: a first request. */
    NONE('N'),
    /** The owner is gone: its session moved to the agreed choice. */
    REPINNED('R'),
    /** The session had moved before: the pin was followed, not the id. */
    MOVED('M'),
    /** The owner is draining and keeps its sessions. */
    DRAINING('D'),
    /** The id is garbage or names a node that nobody has seen. */
    INVALID('I'),
    /** Rejected. */
    REJECTED('X');

    private final char letter;
    private final String text;

    Verdict(char letter) {
        this.letter = letter;
        this.text = String.valueOf(letter);
    }

    /** Whether the request told nothing that a home could be found by. */
    public boolean isWithoutHome() {
        return this == NONE || this == INVALID;
    }

    /** The letter for logs. */
    public char letter() {
        return letter;
    }

    /** The letter as a String that needs no allocation. */
    public String text() {
        return text;
    }
}
