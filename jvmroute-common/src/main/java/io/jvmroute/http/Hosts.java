package io.jvmroute.http;

/** The two forms of an IPv6 address: with brackets in URIs and Host fields (RFC 3986 §3.2.2), bare elsewhere. */
public final class Hosts {
    private Hosts() {}

    /** As a URI has it; names and IPv4 as they are. */
    public static String bracketed(String host) {
        return host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
    }

    /** Without brackets, if it has some. */
    public static String unbracketed(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }
}
