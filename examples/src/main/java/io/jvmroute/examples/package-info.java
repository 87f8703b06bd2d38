/**
 * The shop of the examples: a small web application that keeps a cart in the session and shows where the session lives.
 *
 * <p>{@code ShopServlet} is the page, {@code Visits} the only way to the session, {@code Whereabouts} what the valve
 * says about a request. The package {@code run} starts a cluster of it and is not part of the web archive.
 */
@NullMarked
package io.jvmroute.examples;

import org.jspecify.annotations.NullMarked;
