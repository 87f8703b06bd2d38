/**
 * Session affinity from inside one web application, in any container of Jakarta Servlet 6: {@link io.jvmroute.servlet.AffinityFilter}.
 *
 * <p>The only package that knows {@code jakarta.servlet}.
 */
@NullMarked
package io.jvmroute.servlet;

import org.jspecify.annotations.NullMarked;
