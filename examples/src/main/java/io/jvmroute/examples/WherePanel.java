package io.jvmroute.examples;

import static io.jvmroute.examples.Html.escape;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/** "Where you are": the way of this request through the cluster, and the way of the session so far. */
record WherePanel(Visit visit, Whereabouts where) {

    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());

    /** Colours that the style sheet gives to nodes. */
    private static final int COLOURS = 6;

    String html() {
        Meaning meaning = Meaning.of(where);
        return """
                <section class="where" aria-labelledby="where-title">
                <div>
                <h2 id="where-title">Where you are</h2>
                <ol class="path">
                <li><span class="stop">You</span><span class="caption">this browser</span></li>
                %s</ol>
                <p class="verdict">%s<strong>%s.</strong> %s</p>
                <dl>
                <div><dt>Answered by</dt><dd>%s</dd></div>
                <div><dt>Session owner</dt><dd>%s</dd></div>
                <div><dt>Hops</dt><dd>%d</dd></div>
                <div><dt>Requests so far</dt><dd>%d</dd></div>
                </dl>
                </div>
                <div class="history">
                <h3>Moves of your session</h3>
                %s</div>
                </section>
                """.formatted(
                        stops(),
                        where.verdict().isEmpty() ? "" : letter(where.verdict()),
                        escape(meaning.title()),
                        escape(meaning.sentence()),
                        node(where.node()),
                        node(where.owner()),
                        where.hops(),
                        visit.requests(),
                        moves());
    }

    private String stops() {
        String received = """
                <li><span class="stop">%s</span><span class="caption">%s</span></li>
                """;
        String answered = """
                <li aria-current="true"><span class="stop">%s</span><span class="caption">%s</span></li>
                """;
        String owns = where.node().equals(where.owner()) ? "owns your session" : "answered";
        return where.hops() == 0
                ? answered.formatted(node(where.node()), owns + ", at " + escape(where.address()))
                : received.formatted(escape(where.address()), "took your request")
                        + answered.formatted(node(where.node()), owns);
    }

    private static String letter(String verdict) {
        return "<span class=\"letter\"><span class=\"hidden\">Verdict </span>" + escape(verdict) + "</span> ";
    }

    private String moves() {
        if (visit.moves().isEmpty() && !visit.left().isEmpty()) {
            return "<p class=\"moves\">None. It began on " + node(visit.node()) + ": the one that you had on "
                    + node(visit.left()) + " is lost, for the two share no store of sessions.</p>\n";
        }
        if (visit.moves().isEmpty()) {
            return "<p class=\"moves\">None. It has been on " + node(visit.node()) + " since it began.</p>\n";
        }
        List<Move> latestFirst = new ArrayList<>(visit.moves());
        Collections.reverse(latestFirst);
        return latestFirst.stream()
                .map(WherePanel::move)
                .collect(Collectors.joining("", "<ol class=\"moves\">\n", "</ol>\n"));
    }

    private static String move(Move move) {
        return """
                <li><time datetime="%s">%s</time> from %s to %s</li>
                """.formatted(move.at(), CLOCK.format(move.at()), node(move.from()), node(move.to()));
    }

    private static String node(String route) {
        if (route.isEmpty()) {
            return "a node without a name";
        }
        return "<span class=\"node node-" + colour(route) + "\">" + escape(route) + "</span>";
    }

    /** Nodes that are numbered get the colours in turn. */
    static int colour(String route) {
        String digits = route.replaceAll("[^0-9]", "");
        boolean isNumbered = !digits.isEmpty() && digits.length() <= 6;
        return Math.floorMod(isNumbered ? Integer.parseInt(digits) - 1 : route.hashCode(), COLOURS);
    }
}
