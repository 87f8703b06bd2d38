/** The pieces of the shop that think, and the shop as a browser meets it. */
package io.jvmroute.examples;
