package io.jvmroute.it.contract;

/** A session id with its route, and how the client carries it. */
public record SessionId(String value, Carrier carrier) {
    /** Where an id stands in a request. */
    public enum Carrier {
        COOKIE,
        URL
    }

    /** The id in a cookie. */
    public static SessionId cookie(String value) {
        return new SessionId(value, Carrier.COOKIE);
    }

    /** What stands before the route. */
    public String bare() {
        int dot = value.indexOf('.');
        return dot < 0 ? value : value.substring(0, dot);
    }

    /** The route, empty if there is none. */
    public String route() {
        int dot = value.lastIndexOf('.');
        return dot < 0 ? "" : value.substring(dot + 1);
    }
}
