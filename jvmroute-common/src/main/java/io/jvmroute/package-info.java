/** Session affinity for clusters of servlet containers, independent of the container. */
@NullMarked
package io.jvmroute;

import org.jspecify.annotations.NullMarked;
