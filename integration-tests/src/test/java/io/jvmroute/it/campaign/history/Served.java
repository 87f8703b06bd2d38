package io.jvmroute.it.campaign.history;

import org.jspecify.annotations.Nullable;

/**
 * What the application says of a request that it served.
 *
 * @param node the route of the node
 * @param incarnation which life of the node
 * @param nonce the request's, as the application read it
 * @param user whom the session belongs to; null without a session
 * @param before the session's counter before the request
 * @param after the same after it
 * @param at when the application got it, in ms
 */
public record Served(
        String node,
        String incarnation,
        String nonce,
        @Nullable String user,
        long before,
        long after,
        long at) {}
