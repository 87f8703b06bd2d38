package io.jvmroute.it.campaign.history;

/** A figure that a node told of itself when all users had left, and the most that it may be. */
public record Measure(String node, String name, long value, long most) {}
