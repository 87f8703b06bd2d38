package io.jvmroute.examples;

/** Something to buy; {@code colour} is what the cup looks like. */
record Product(String id, String name, String note, long cents, String colour) {}
