package io.jvmroute.tomcat;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/** Stands before the {@link AffinityValve} and keeps what its Tomcat takes for a request. */
final class SpyValve extends ValveBase {
    /** Method and target. */
    final List<String> requests = new CopyOnWriteArrayList<>();

    /** Of the same requests: {@code http} or {@code https}. */
    final List<String> schemes = new CopyOnWriteArrayList<>();

    /** The values of {@code Jvmroute-Hop}. */
    final List<String> tickets = new CopyOnWriteArrayList<>();

    SpyValve() {
        super(/* asyncSupported= */ true);
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        if (!response.isError()) {
            String query = request.getQueryString();
            schemes.add(request.getScheme());
            requests.add(request.getMethod() + " " + request.getRequestURI() + (query == null ? "" : "?" + query));
            String ticket = request.getHeader("Jvmroute-Hop");
            if (ticket != null) {
                tickets.add(ticket);
            }
        }
        getNext().invoke(request, response);
    }
}
