package io.jvmroute.it.campaign;

import io.jvmroute.it.campaign.history.Fault;
import io.jvmroute.it.campaign.history.Finding;
import io.jvmroute.it.campaign.history.Operation;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** A {@link Report} as one HTML file that needs nothing else: figures, a timeline, faults and findings. Light or dark as the reader's system is. */
final class ReportPage {
    private static final int WIDTH = 1000;
    private static final int HEIGHT = 160;
    private static final int COLUMNS = 250;

    private static final String PAGE = """
        <!DOCTYPE html>
        <html lang="en"><meta charset="utf-8"><title>jvmroute campaign: %1$s, seed %2$d</title>
        <meta name="viewport" content="width=device-width"><style>
        :root{color-scheme:light dark;--line:light-dark(#ccc,#444);--bar:light-dark(#4a7ebb,#6ea3e0);--bad:light-dark(#c22,#f66);
        --fault:light-dark(#f3d9a4,#5a4a20);--move:light-dark(#2a7d3f,#5fc97c)}
        body{font:15px/1.5 system-ui,sans-serif;margin:2em auto;max-width:1040px;padding:0 1em}
        table{border-collapse:collapse}th,td{text-align:left;padding:.2em 1em .2em 0;border-bottom:1px solid var(--line)}
        td.n{text-align:right;font-variant-numeric:tabular-nums}svg{width:100%%;height:auto}
        .bar{fill:var(--bar)}.bad{fill:var(--bad)}.fault{fill:var(--fault)}.move{fill:var(--move)}
        text{font:11px system-ui,sans-serif;fill:currentColor}li{overflow-wrap:anywhere}
        </style>
        <h1>Fault campaign: %1$s nodes, seed %2$d</h1>
        <p><b>%3$s</b>. %4$d requests in %5$s, %6$d of them failed while a failover was due, %7$d faults, %8$d sessions moved.</p>
        <h2>Timeline</h2>
        %9$s
        <p><span style="color:var(--bar)">■</span> requests per second <span style="color:var(--bad)">■</span> failed
        <span style="color:var(--move)">■</span> moves <span style="color:var(--fault)">■</span> a fault, until all is whole again</p>
        <h2>Failover</h2>
        <table><tr><th>fault<th>what<th>times<th>slowest failover<th>promised</tr>
        %10$s</table>
        <h2>Findings</h2>
        %11$s
        <h2>Faults</h2>
        <table><tr><th>at<th>fault<th>whom<th>lasted<th>until whole</tr>
        %12$s</table>
        </html>
        """;

    private final Report report;
    private final long began;
    private final double columnMillis;

    ReportPage(Report report) {
        this.report = report;
        began = report.began();
        columnMillis = Math.max(1, report.lasted().toMillis() / (double) COLUMNS);
    }

    String render() {
        List<Finding> findings = report.findings();
        return PAGE.formatted(
                escaped(report.nodes()),
                report.seed(),
                findings.isEmpty() ? "Every promise was kept" : findings.size() + " findings",
                report.requests(),
                clock(report.lasted().toMillis()),
                report.failures().size(),
                report.history().faults().size(),
                report.moves().size(),
                timeline(),
                failovers(),
                findings.isEmpty()
                        ? "<p>None.</p>"
                        : findings.stream()
                                .map(finding -> "<li><b>" + escaped(finding.rule()) + "</b> " + escaped(finding.text()))
                                .collect(Collectors.joining("\n", "<ul>", "</ul>")),
                report.history().faults().stream().map(this::row).collect(Collectors.joining("\n")));
    }

    private String failovers() {
        return report.slowest().entrySet().stream()
                .map(entry -> "<tr><td>%s<td>%s<td class=n>%d<td class=n>%d ms<td class=n>%s"
                        .formatted(
                                entry.getKey().option(),
                                escaped(entry.getKey().description()),
                                report.times(entry.getKey()),
                                entry.getValue(),
                                entry.getKey().boundMillis() == 0
                                        ? "no effect"
                                        : entry.getKey().boundMillis() + " ms"))
                .collect(Collectors.joining("\n"));
    }

    private String row(Fault fault) {
        return "<tr><td class=n>%s<td>%s<td>%s<td class=n>%.1f s<td class=n>%.1f s"
                .formatted(
                        clock(fault.from() - began),
                        fault.kind().option(),
                        String.join(" ", fault.targets().stream().sorted().toList()),
                        (fault.undone() - fault.from()) / 1e3,
                        (fault.to() - fault.from()) / 1e3);
    }

    private String timeline() {
        long[] all = columns(report.history().operations().stream().mapToLong(Operation::end));
        long[] failed = columns(report.failures().stream().mapToLong(Operation::end));
        long[] moved = columns(report.moves().stream().mapToLong(at -> at));
        long most = Math.max(1, LongStream.of(all).max().orElse(1));
        StringBuilder svg = new StringBuilder(
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"requests, failures, moves and faults over time\">%n"
                        .formatted(WIDTH, HEIGHT + 60));
        report.history().faults().forEach(fault -> svg.append(band(fault)));
        for (int i = 0; i < COLUMNS; i++) {
            svg.append(bar("bar", i, HEIGHT, HEIGHT * all[i] / (double) most));
            svg.append(bar("bad", i, HEIGHT, failed[i] == 0 ? 0 : 2 + HEIGHT * failed[i] / (double) most));
            svg.append(bar("move", i, HEIGHT + 14, Math.min(12.0, (double) moved[i])));
        }
        return svg.append("<text x=\"2\" y=\"11\">%.0f requests/s</text>".formatted(most / columnMillis * 1e3))
                .append("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text></svg>"
                        .formatted(WIDTH, HEIGHT + 55, clock(report.lasted().toMillis())))
                .toString();
    }

    private String band(Fault fault) {
        double x = x(fault.from());
        double width = Math.max(1.5, x(fault.to()) - x);
        return String.format(
                Locale.ROOT,
                "<g><title>%s %s</title><rect class=\"fault\" x=\"%.1f\" y=\"0\" width=\"%.1f\" height=\"%d\"/></g>%n",
                fault.kind().option(),
                fault.targets(),
                x,
                width,
                HEIGHT);
    }

    private double x(long at) {
        return Math.min(WIDTH, (at - began) / columnMillis * WIDTH / COLUMNS);
    }

    private static String bar(String kind, int column, int bottom, double height) {
        double width = WIDTH / (double) COLUMNS;
        return height == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>%n",
                        kind,
                        column * width,
                        bottom - height,
                        width - 0.5,
                        height);
    }

    private long[] columns(LongStream moments) {
        long[] columns = new long[COLUMNS];
        moments.forEach(at -> columns[(int) Math.min(COLUMNS - 1, Math.max(0, (at - began) / columnMillis))]++);
        return columns;
    }

    private static String clock(long millis) {
        return "%d:%02d".formatted(millis / 60_000, millis / 1000 % 60);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
