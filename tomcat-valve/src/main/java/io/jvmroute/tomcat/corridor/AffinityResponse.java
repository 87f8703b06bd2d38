package io.jvmroute.tomcat.corridor;

import io.jvmroute.RequestAffinity;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.util.List;
import org.apache.catalina.connector.Response;
import org.jspecify.annotations.Nullable;

/**
 * A response of an application here that carries the route cookie, or whose cookies are learned as the application sets them: before the client
 * can have seen them.
 *
 * <p>Tomcat has no hook at the commit of a response, which a full buffer, a flush or the end brings about. So the cookie stands there from
 * the beginning, and what the application does to it is watched: it goes where the application sets its own or the status becomes 304, and
 * comes back after a reset. Only responses that have a cookie to carry or to teach are wrapped: Tomcat sends no files past wrappers, and accepts
 * nothing else in place of its own class, which applications cast to for early hints.
 */
final class AffinityResponse extends HttpServletResponseWrapper {
    private static final int NOT_MODIFIED = 304;

    private final org.apache.coyote.Response coyote;
    private final RequestAffinity affinity;
    private final @Nullable String cookie;
    private boolean wanted = true;
    private boolean addedPrivate;

    private AffinityResponse(
            HttpServletResponse wrapped,
            org.apache.coyote.Response coyote,
            RequestAffinity affinity,
            @Nullable String cookie) {
        super(wrapped);
        this.coyote = coyote;
        this.affinity = affinity;
        this.cookie = cookie;
        settle();
    }

    /** Wraps what the application sees of the response if there is something to carry or to learn. */
    static void offer(Response response, RequestAffinity affinity, boolean https) {
        String cookie = affinity.mayAddCookie() ? affinity.setCookie(SC_OK, https, List.of()) : null;
        if (cookie != null || affinity.mayLearn()) {
            response.setResponse(
                    new AffinityResponse(response.getResponse(), response.getCoyoteResponse(), affinity, cookie));
        }
    }

    /** Makes the fields what they should be now. */
    private void settle() {
        if (cookie == null || isCommitted()) {
            return;
        }
        if (wanted && getStatus() != NOT_MODIFIED) {
            put(cookie);
        } else {
            takeBack(cookie);
        }
    }

    private void put(String its) {
        if (!ResponseFields.has(coyote, ResponseFields.SET_COOKIE, its)) {
            addedPrivate |= ResponseFields.add(coyote, its);
        } else if (RequestAffinity.needsPrivate(ResponseFields.values(coyote, ResponseFields.CACHE_CONTROL))) {
            super.addHeader(ResponseFields.CACHE_CONTROL, ResponseFields.PRIVATE);
            addedPrivate = true;
        }
    }

    private void takeBack(String its) {
        ResponseFields.remove(coyote, ResponseFields.SET_COOKIE, its);
        if (addedPrivate) {
            ResponseFields.remove(coyote, ResponseFields.CACHE_CONTROL, ResponseFields.PRIVATE);
            addedPrivate = false;
        }
    }

    /** The application has set a cookie, by whichever method. */
    private void seenCookie() {
        List<String> all = ResponseFields.values(coyote, ResponseFields.SET_COOKIE);
        List<String> last = all.subList(Math.max(0, all.size() - 1), all.size());
        if (!last.isEmpty() && !last.get(0).equals(cookie) && !isCommitted()) {
            wanted &= !affinity.isRouteCookie(last.get(0));
            affinity.learn(last);
            settle();
        }
    }

    private void seen(String name, @Nullable String value) {
        if (ResponseFields.SET_COOKIE.equalsIgnoreCase(name) && value != null) {
            seenCookie();
        } else if (ResponseFields.CACHE_CONTROL.equalsIgnoreCase(name)) {
            settle();
        }
    }

    @Override
    public void addCookie(Cookie added) {
        super.addCookie(added);
        seenCookie();
    }

    @Override
    public void addHeader(String name, String value) {
        super.addHeader(name, value);
        seen(name, value);
    }

    @Override
    public void setHeader(String name, String value) {
        super.setHeader(name, value);
        addedPrivate &= !ResponseFields.CACHE_CONTROL.equalsIgnoreCase(name); // ours has been replaced
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
        addedPrivate = false;
        settle();
    }
}
