/** What the tests of all modules share: ends of connections that do as they are told, and behaviour that holds for every container. */
@NullMarked
package io.jvmroute.testing;

import org.jspecify.annotations.NullMarked;
