/** The pieces of the runner that think. */
package io.jvmroute.examples.run;
