package io.jvmroute.jetty;

import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.http.ComplianceViolation;
import org.eclipse.jetty.http.CookieCompliance;
import org.eclipse.jetty.http.CookieParser;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Attributes;
import org.eclipse.jetty.util.StringUtil;
import org.jspecify.annotations.Nullable;

/**
 * The cookies of the requests on one connection to a frontend, where no application asks for them: as {@link Request#getCookies} tells them, by the same parser,
 * which is not asked again while they stay the same; but as mere texts, and without an attribute of the request.
 *
 * <p>For one request at a time, as the cache that it is kept in.
 */
final class FrontendCookies implements CookieParser.Handler {
    private static final String NAME = FrontendCookies.class.getName();
    private static final int BAD_REQUEST = 400;

    private final CookieParser parser;
    private final List<String> fields = new ArrayList<>(1); // that were parsed
    private final List<String> texts = new ArrayList<>(); // a name, its value, the next name

    private FrontendCookies(CookieCompliance compliance) {
        parser = CookieParser.newParser(this, compliance, ComplianceViolation.Listener.NOOP);
    }

    /**
     * Those of this request, until the next one.
     *
     * @throws HttpException.RuntimeException for 400, if they violate rules that the connector insists on
     */
    static FrontendCookies of(Request request) {
        Attributes cache = request.getComponents().getCache();
        FrontendCookies cookies = (FrontendCookies) cache.getAttribute(NAME);
        if (cookies == null) {
            cookies = new FrontendCookies(
                    request.getConnectionMetaData().getHttpConfiguration().getRequestCookieCompliance());
            cache.setAttribute(NAME, cookies);
        }
        cookies.read(request.getHeaders());
        return cookies;
    }

    /** The value of the cookie {@code name}, of several the last but {@code fromLast}; null if there are not so many. */
    @Nullable
    String find(String name, int fromLast) {
        int left = fromLast;
        for (int i = texts.size() - 2; i >= 0; i -= 2) {
            if (texts.get(i).equals(name) && left-- == 0) {
                return texts.get(i + 1);
            }
        }
        return null;
    }

    private void read(HttpFields headers) {
        int known = 0;
        for (HttpField field : headers) {
            if (isCookies(field)) {
                if (known == fields.size() || !fields.get(known).equals(field.getValue())) {
                    parse(headers);
                    return;
                }
                known++;
            }
        }
        if (known < fields.size()) {
            parse(headers);
        }
    }

    private static boolean isCookies(HttpField field) {
        return field.getHeader() == HttpHeader.COOKIE && StringUtil.isNotBlank(field.getValue());
    }

    private void parse(HttpFields headers) {
        fields.clear();
        texts.clear();
        for (HttpField field : headers) {
            if (isCookies(field)) {
                fields.add(field.getValue());
            }
        }
        try {
            parser.parseFields(fields);
        } catch (CookieParser.InvalidCookieException e) {
            fields.clear(); // not to be taken for parsed by the next request
            texts.clear();
            throw new HttpException.RuntimeException(BAD_REQUEST, e.getMessage(), e);
        }
    }

    @Override
    public void addCookie(
            String name,
            String value,
            int version,
            @Nullable String domain,
            @Nullable String path,
            @Nullable String comment) {
        texts.add(name);
        texts.add(value);
    }
}
