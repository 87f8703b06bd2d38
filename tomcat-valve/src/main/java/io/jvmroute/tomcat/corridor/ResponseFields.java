package io.jvmroute.tomcat.corridor;

import io.jvmroute.RequestAffinity;
import java.util.Collections;
import java.util.List;
import org.apache.coyote.Response;
import org.apache.tomcat.util.http.MimeHeaders;

/** The fields of a response in which affinity has a say: Set-Cookie, and Cache-Control beside it. */
final class ResponseFields {
    static final String SET_COOKIE = "Set-Cookie";
    static final String CACHE_CONTROL = "Cache-Control";
    static final String PRIVATE = "private";

    private ResponseFields() {}

    static List<String> values(Response response, String name) {
        return Collections.list(response.getMimeHeaders().values(name));
    }

    /** Just before the head of another node's response is sent: learns from it, and adds the route cookie where it is missing or due. */
    static void complete(Response response, RequestAffinity affinity, boolean https) {
        List<String> setCookies = values(response, SET_COOKIE);
        affinity.learn(setCookies);
        String cookie = affinity.setCookie(response.getStatus(), https, setCookies);
        if (cookie != null) {
            add(response, cookie);
        }
    }

    /** Adds the cookie; true if it needed a field against shared caches too. */
    static boolean add(Response response, String cookie) {
        MimeHeaders headers = response.getMimeHeaders();
        headers.addValue(SET_COOKIE).setString(cookie);
        boolean cacheable = RequestAffinity.needsPrivate(values(response, CACHE_CONTROL));
        if (cacheable) {
            headers.addValue(CACHE_CONTROL).setString(PRIVATE);
        }
        return cacheable;
    }

    static boolean has(Response response, String name, String value) {
        return values(response, name).contains(value);
    }

    static void remove(Response response, String name, String value) {
        MimeHeaders headers = response.getMimeHeaders();
        for (int i = headers.size() - 1; i >= 0; i--) {
            if (headers.getName(i).equalsIgnoreCase(name) && headers.getValue(i).equals(value)) {
                headers.removeHeader(i);
                return;
            }
        }
    }
}
