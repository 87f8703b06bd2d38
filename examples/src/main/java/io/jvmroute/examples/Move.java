package io.jvmroute.examples;

import java.io.Serializable;
import java.time.Instant;

/** That a session was answered by another node than before. */
record Move(Instant at, String from, String to) implements Serializable {}
