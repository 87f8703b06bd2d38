/** Real members in one JVM on 127.0.0.1; each test has a cluster of its own. */
@NullMarked
package io.jvmroute.hazelcast;

import org.jspecify.annotations.NullMarked;
