package io.jvmroute.status;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** What happened lately, in a bounded ring: the oldest go first. Thread-safe. */
final class Timeline {
    static final int CAPACITY = 200;

    private final Deque<Event> events = new ArrayDeque<>();
    private long lastId;

    /**
     * One thing that happened.
     *
     * @param id grows by one
     * @param at when it was noticed, in milliseconds of the epoch
     * @param kind one word
     * @param route the node concerned; empty for none
     * @param text in words
     * @param count how often within the second; 0 where nothing is counted
     */
    record Event(long id, long at, String kind, String route, String text, long count) {}

    synchronized void add(long at, String kind, String route, String text) {
        add(at, kind, route, text, 0);
    }

    /** Adds how often something happened, if it did. */
    synchronized void count(long at, String kind, String route, long count) {
        if (count > 0) {
            add(at, kind, route, Long.toString(count), count);
        }
    }

    private void add(long at, String kind, String route, String text, long count) {
        if (events.size() == CAPACITY) {
            events.removeFirst();
        }
        events.addLast(new Event(++lastId, at, kind, route, text, count));
    }

    /** Those with a greater id, the oldest first. */
    synchronized List<Event> after(long id) {
        return events.stream().filter(event -> event.id() > id).toList();
    }
}
