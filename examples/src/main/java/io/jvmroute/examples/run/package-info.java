/** Starts a cluster of real Tomcats and Jettys on this machine, shows it, drives it and ends it. */
@NullMarked
package io.jvmroute.examples.run;

import org.jspecify.annotations.NullMarked;
