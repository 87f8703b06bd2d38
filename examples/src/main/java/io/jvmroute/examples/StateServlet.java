package io.jvmroute.examples;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The same as the page for programs. Begins no session, and never shows a session id. */
@WebServlet("/state")
public final class StateServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Visit visit = Visits.find(request);
        String left = visit == null ? Visits.left(request) : visit.left();
        Answers.json(response, state(Whereabouts.of(request), visit, left));
    }

    static Map<String, Object> state(Whereabouts where, @Nullable Visit visit, String left) {
        Visit shown = visit == null ? Visit.NEW : visit;
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("node", where.node());
        state.put("owner", where.owner());
        state.put("hops", where.hops());
        state.put("verdict", where.verdict());
        state.put("session", visit != null);
        state.put("left", left);
        state.put("counter", shown.requests());
        state.put("cart", new TreeMap<>(shown.cart().quantities()));
        state.put("moves", shown.moves().stream().map(StateServlet::move).toList());
        return state;
    }

    private static Map<String, Object> move(Move move) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("at", move.at());
        fields.put("from", move.from());
        fields.put("to", move.to());
        return fields;
    }
}
