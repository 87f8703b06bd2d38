package io.jvmroute.it.campaign;

import io.jvmroute.it.campaign.history.Execution;
import io.jvmroute.it.campaign.history.Fault;
import io.jvmroute.it.campaign.history.History;
import io.jvmroute.it.campaign.history.Measure;
import io.jvmroute.it.campaign.history.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Collects what happens, from any thread. */
final class Recorder {
    private final Queue<Operation> operations = new ConcurrentLinkedQueue<>();
    private final Queue<Fault> faults = new ConcurrentLinkedQueue<>();
    private final Queue<Measure> measures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();

    void add(Operation operation) {
        operations.add(operation);
        requests.incrementAndGet();
        if (operation.kind().isEarnest() && !operation.isSuccess()) {
            failures.incrementAndGet();
        }
    }

    void add(Fault fault) {
        faults.add(fault);
    }

    void add(Measure measure) {
        measures.add(measure);
    }

    int requests() {
        return requests.get();
    }

    int failures() {
        return failures.get();
    }

    int faults() {
        return faults.size();
    }

    /** All of it, with what the nodes noted and what they say in the end. */
    History history(Path notes, List<Measure> atTheEnd, History.Allowance allowance) throws IOException {
        List<Execution> executions = new ArrayList<>();
        List<String> lines = Files.exists(notes) ? Files.readAllLines(notes) : List.of(); // no node has started
        for (String line : lines) {
            String[] parts = line.split(" ", -1);
            executions.add(new Execution(parts[1], parts[2], parts[0], Long.parseLong(parts[3])));
        }
        List<Measure> all = new ArrayList<>(measures);
        all.addAll(atTheEnd);
        return new History(List.copyOf(operations), List.copyOf(faults), executions, all, allowance);
    }
}
