package io.jvmroute.it.campaign.history;

/**
 * A promise that was not kept.
 *
 * @param rule the name of the rule
 * @param at when, in ms
 * @param text what happened
 */
public record Finding(String rule, long at, String text) {}
