/** Session affinity as a Tomcat valve: translates between Tomcat's requests and {@code io.jvmroute}. */
@NullMarked
package io.jvmroute.tomcat;

import org.jspecify.annotations.NullMarked;
