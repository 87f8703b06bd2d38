/**
 * The last station of the corridor: counts what was decided, and states in the grid which sessions this node serves. Never decides.
 */
@NullMarked
package io.jvmroute.record;

import org.jspecify.annotations.NullMarked;
