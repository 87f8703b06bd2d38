package io.jvmroute;

import io.jvmroute.http.ClientEnd;
import io.jvmroute.http.Exchange;
import io.jvmroute.http.FieldSink;
import io.jvmroute.http.RequestHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A request that nobody sent, described by what affinity looks at. */
final class DescribedRequest implements Exchange, RequestHead {
    private final String target;
    private final String address;
    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final List<String[]> cookies = new ArrayList<>();

    /**
     * A request.
     *
     * @param target its target, for path parameters; empty for {@code /}
     * @param headers its fields as {@code Name: value}, those of cookies too
     * @param address the client's address; empty if unknown
     */
    DescribedRequest(String target, List<String> headers, String address) {
        this.target = target.isEmpty() ? "/" : target;
        this.address = address;
        for (String header : headers) {
            String[] field = header.split(":", 2);
            if (field.length == 2) {
                this.headers.putIfAbsent(field[0].strip(), field[1].strip());
            }
            if (field.length == 2 && field[0].strip().equalsIgnoreCase("Cookie")) {
                addCookies(field[1]);
            }
        }
    }

    private void addCookies(String value) {
        for (String cookie : value.split(";", -1)) {
            String[] pair = cookie.strip().split("=", 2);
            if (pair.length == 2) {
                cookies.add(pair);
            }
        }
    }

    @Override
    public RequestHead head() {
        return this;
    }

    @Override
    public String method() {
        return "GET";
    }

    @Override
    public String target() {
        return target;
    }

    @Override
    public String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    @Override
    public @Nullable String requestedSessionId() {
        return null;
    }

    @Override
    public @Nullable String cookie(String name) {
        return cookie(name, /* fromLast= */ 0);
    }

    @Override
    public @Nullable String cookie(String name, int fromLast) {
        int left = fromLast;
        for (int i = cookies.size() - 1; i >= 0; i--) {
            if (cookies.get(i)[0].equals(name) && left-- == 0) {
                return cookies.get(i)[1];
            }
        }
        return null;
    }

    @Override
    public @Nullable String header(String name) {
        return headers.get(name);
    }

    @Override
    public void requestFields(FieldSink sink) {
        headers.forEach(sink::field);
    }

    @Override
    public ClientEnd client() {
        return new ClientEnd(address, 0, "http", "", 80);
    }
}
