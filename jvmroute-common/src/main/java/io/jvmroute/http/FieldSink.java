package io.jvmroute.http;

/**
 * Takes header fields one after the other, in the order in which they were sent.
 *
 * <p>The byte form lets a container hand over what it parsed without making a String. The arrays are the container's and
 * may change after the call.
 */
public interface FieldSink {
    /** One field as slices of the container's buffers, in ISO 8859-1. */
    void field(byte[] name, int nameOffset, int nameLength, byte[] value, int valueOffset, int valueLength);

    /** One field as text. */
    void field(String name, String value);
}
