package io.jvmroute.it.campaign.history;

/** A POST that an application carried out, as it noted itself before it answered. */
public record Execution(String node, String incarnation, String nonce, long at) {}
