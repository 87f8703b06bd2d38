/** The web application of the examples. */
@NullMarked
package io.jvmroute.examples;

import org.jspecify.annotations.NullMarked;
