package io.jvmroute.examples;

/** Turns a path of the shop, {@code /cart} say, into an address that carries the session where cookies do not. */
@FunctionalInterface
interface Links {

    String to(String path);
}
