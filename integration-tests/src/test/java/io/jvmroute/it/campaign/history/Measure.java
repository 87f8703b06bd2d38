package io.jvmroute.it.campaign.history;

/**
 * A figure that a node told of itself when all users had left.
 *
 * @param most what it may be, beside sessions that were not ended or ended while members of the grid did not see each other, if {@code ofSessions}
 */
public record Measure(String node, String name, long value, long most, boolean ofSessions) {}
