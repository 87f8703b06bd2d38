package io.jvmroute.examples.run;

/** A session id as a client holds it, in a cookie or in its links. */
record SessionId(String value, boolean inCookie) {

    String route() {
        int dot = value.indexOf('.');
        return dot < 0 ? "" : value.substring(dot + 1);
    }

    String withoutRoute() {
        int dot = value.indexOf('.');
        return dot < 0 ? value : value.substring(0, dot);
    }
}
