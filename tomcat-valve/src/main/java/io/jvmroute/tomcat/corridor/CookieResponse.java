package io.jvmroute.tomcat.corridor;

import io.jvmroute.RequestAffinity;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.util.List;
import org.apache.catalina.connector.Response;

/**
 * A response of an application here that carries the route cookie.
 *
 * <p>Tomcat has no hook at the commit of a response, which a full buffer, a flush or the end brings about. So the cookie stands there from
 * the beginning, and what the application does to it is watched: it goes where the application sets its own or the status becomes 304, and
 * comes back after a reset. Only responses that have a cookie to carry are wrapped: Tomcat sends no files past wrappers.
 */
final class CookieResponse extends HttpServletResponseWrapper {
    private static final int NOT_MODIFIED = 304;

    private final org.apache.coyote.Response coyote;
    private final RequestAffinity affinity;
    private final String cookie;
    private boolean wanted = true;
    private boolean addedPrivate;

    private CookieResponse(
            HttpServletResponse wrapped, org.apache.coyote.Response coyote, RequestAffinity affinity, String cookie) {
        super(wrapped);
        this.coyote = coyote;
        this.affinity = affinity;
        this.cookie = cookie;
        settle();
    }

    /** Lets the response carry the cookie if there is one to carry. */
    static void offer(Response response, RequestAffinity affinity, boolean https) {
        String cookie = affinity.mayAddCookie() ? affinity.setCookie(SC_OK, https, List.of()) : null;
        if (cookie != null) {
            response.setResponse(
                    new CookieResponse(response.getResponse(), response.getCoyoteResponse(), affinity, cookie));
        }
    }

    /** Makes the fields what they should be now. */
    private void settle() {
        if (isCommitted()) {
            return;
        }
        boolean present = ResponseFields.has(coyote, ResponseFields.SET_COOKIE, cookie);
        boolean due = wanted && getStatus() != NOT_MODIFIED;
        if (due && !present) {
            addedPrivate |= ResponseFields.add(coyote, cookie);
        } else if (due && RequestAffinity.needsPrivate(ResponseFields.values(coyote, ResponseFields.CACHE_CONTROL))) {
            super.addHeader(ResponseFields.CACHE_CONTROL, ResponseFields.PRIVATE);
            addedPrivate = true;
        } else if (!due && present) {
            ResponseFields.remove(coyote, ResponseFields.SET_COOKIE, cookie);
            if (addedPrivate) {
                ResponseFields.remove(coyote, ResponseFields.CACHE_CONTROL, ResponseFields.PRIVATE);
                addedPrivate = false;
            }
        }
    }

    private void seen(String name, String value) {
        if (name != null && name.equalsIgnoreCase(ResponseFields.SET_COOKIE) && value != null) {
            wanted &= !affinity.isRouteCookie(value);
            settle();
        } else if (name != null && name.equalsIgnoreCase(ResponseFields.CACHE_CONTROL)) {
            settle();
        }
    }

    @Override
    public void addCookie(Cookie added) {
        super.addCookie(added);
        seen(ResponseFields.SET_COOKIE, added.getName() + '=');
    }

    @Override
    public void addHeader(String name, String value) {
        super.addHeader(name, value);
        seen(name, value);
    }

    @Override
    public void setHeader(String name, String value) {
        super.setHeader(name, value);
        seen(name, value);
    }

    @Override
    public void setStatus(int status) {
        super.setStatus(status);
        settle();
    }

    @Override
    public void sendError(int status) throws IOException {
        super.sendError(status);
        settle();
    }

    @Override
    public void sendError(int status, String message) throws IOException {
        super.sendError(status, message);
        settle();
    }

    @Override
    public void reset() {
        super.reset();
        wanted = true;
        settle();
    }
}
