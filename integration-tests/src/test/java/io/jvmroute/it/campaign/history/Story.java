package io.jvmroute.it.campaign.history;

import io.jvmroute.it.campaign.history.Operation.Kind;
import io.jvmroute.it.campaign.history.Operation.Sender;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells a history step by step: one user with one session, who is answered after 10 ms, and what is planted in between. */
final class Story {
    private static final String USER = "ann";
    private static final Sender SENDER = new Sender(USER, "ann-1", "f1");

    private final List<Operation> operations = new ArrayList<>();
    private final List<Fault> faults = new ArrayList<>();
    private final List<Execution> executions = new ArrayList<>();
    private final List<Measure> measures = new ArrayList<>();
    private History.Allowance allowance = History.Allowance.NONE;

    /** A request at this time that this node answered with this counter; a POST was carried out once. */
    Story served(long at, Kind kind, String node, long counter) {
        return served(at, at + 10, kind, node, counter);
    }

    Story served(long start, long end, Kind kind, String node, long counter) {
        return served(start, end, kind, by(node, USER, counter, nonce(), kind.isHeld() ? start : end));
    }

    private Story served(long start, long end, Kind kind, Served served) {
        String nonce = nonce();
        if (kind.isPost()) {
            executed(nonce, served.node());
        }
        operations.add(
                new Operation(SENDER, kind, nonce, start, end, new Answer(200, end - start, true, true, served)));
        return this;
    }

    /** The application answered for this user, or without a session. */
    Story servedFor(long at, @Nullable String user) {
        return served(at, at + 10, Kind.LOOK, by("n1", user, 0, nonce(), at));
    }

    /** The application answered another request's nonce. */
    Story servedNonce(long at, String nonce) {
        return served(at, at + 10, Kind.LOOK, by("n1", USER, 0, nonce, at));
    }

    /** No answer of the application. */
    Story failed(long start, long end, Kind kind, int status) {
        operations.add(new Operation(
                SENDER, kind, nonce(), start, end, new Answer(status, end - start, status != Answer.NONE, true, null)));
        return this;
    }

    /** A download that ended like this. */
    Story download(long at, boolean whole, boolean intact) {
        Answer answer = new Answer(200, 10, whole, intact, by("n1", USER, 0, nonce(), at));
        operations.add(new Operation(SENDER, Kind.DOWNLOAD, nonce(), at, at + 10, answer));
        return this;
    }

    /** A WebSocket to this node that something else than its user ended. */
    Story broken(long start, long end, String node) {
        Answer answer = new Answer(101, 10, /* whole= */ false, true, by(node, USER, 0, nonce(), start));
        operations.add(new Operation(SENDER, Kind.WATCH, nonce(), start, end, answer));
        return this;
    }

    /** The last request was carried out once more. */
    Story again(String node) {
        return executed("x" + operations.size(), node);
    }

    /** What the last failed request asked for was carried out at this time. */
    Story carriedOut(long at, String node) {
        Operation last = operations.stream()
                .filter(operation -> !operation.isSuccess())
                .reduce((before, after) -> after)
                .orElseThrow();
        executions.add(new Execution(node, node + "#1", last.nonce(), at));
        return this;
    }

    /** What the last request did was not noted. */
    Story unnoted() {
        executions.remove(executions.size() - 1);
        return this;
    }

    Story fault(FaultKind kind, long from, long to, String... targets) {
        return slowFault(kind, from, from, to, targets);
    }

    /** One that takes a while to be done. */
    Story slowFault(FaultKind kind, long from, long struck, long to, String... targets) {
        faults.add(new Fault(kind, Set.of(targets), from, struck, to, to));
        return this;
    }

    Story measured(Measure.Counts counts, long value) {
        measures.add(new Measure("n1", "figure", value, counts));
        return this;
    }

    /** Times are not judged. */
    Story untimed() {
        allowance = new History.Allowance(/* patience= */ 1, /* timed= */ false);
        return this;
    }

    /** The names of the rules that are broken. */
    List<String> broken() {
        return Checker.check(history()).stream().map(Finding::rule).distinct().toList();
    }

    History history() {
        return new History(operations, faults, executions, measures, allowance);
    }

    private Story executed(String nonce, String node) {
        executions.add(new Execution(node, node + "#1", nonce, 0));
        return this;
    }

    private String nonce() {
        return "x" + (operations.size() + 1);
    }

    private static Served by(String node, @Nullable String user, long counter, String nonce, long at) {
        return new Served(node, node + "#1", nonce, user, counter, counter, at);
    }
}
