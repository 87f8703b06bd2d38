/** Tests against real containers. */
@NullMarked
package io.jvmroute.it;

import org.jspecify.annotations.NullMarked;
