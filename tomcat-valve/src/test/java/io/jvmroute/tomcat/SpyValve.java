package io.jvmroute.tomcat;

import io.jvmroute.testing.TestNode;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/** Stands before the {@link AffinityValve} and tells the node what its Tomcat takes for a request. */
final class SpyValve extends ValveBase {
    private final TestNode node;

    /** Of these requests: {@code http} or {@code https}. */
    final List<String> schemes = new CopyOnWriteArrayList<>();

    SpyValve(TestNode node) {
        super(/* asyncSupported= */ true);
        this.node = node;
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        if (!response.isError()) {
            String query = request.getQueryString();
            schemes.add(request.getScheme());
            node.took(
                    request.getMethod(),
                    request.getRequestURI() + (query == null ? "" : "?" + query),
                    request.getHeader("Jvmroute-Hop"));
        }
        getNext().invoke(request, response);
    }
}
