package io.jvmroute.examples.run;

import java.util.ArrayList;
import java.util.List;

/** What the check claims, one line each, with {@code ok} or {@code FAILED} and the first things that were wrong. */
final class Statements {

    private static final int SHOWN_FAULTS = 5;

    private int made;
    private int failed;

    /** Prints a claim; it holds if nothing speaks against it. */
    void state(String claim, Faults against) {
        List<String> faults = against.found();
        made++;
        System.out.printf("  %-6s  %s%n", faults.isEmpty() ? "ok" : "FAILED", claim);
        faults.stream().limit(SHOWN_FAULTS).forEach(fault -> System.out.println("            " + fault));
        if (faults.size() > SHOWN_FAULTS) {
            System.out.println("            and " + (faults.size() - SHOWN_FAULTS) + " more");
        }
        if (!faults.isEmpty()) {
            failed++;
        }
    }

    /** Prints a figure that proves nothing by itself. */
    void note(String text) {
        System.out.println("          " + text);
    }

    void chapter(String title) {
        System.out.println("\n" + title);
    }

    /** The last line. */
    boolean conclude() {
        boolean holds = made > 0 && failed == 0;
        System.out.println();
        System.out.println(
                holds ? "OK: all " + made + " statements hold" : "FAILED: " + failed + " of " + made + " statements");
        return holds;
    }

    /** Faults from several threads. */
    static final class Faults {

        private final List<String> found = new ArrayList<>();

        synchronized void add(String fault) {
            found.add(fault);
        }

        void unless(boolean holds, String fault) {
            if (!holds) {
                add(fault);
            }
        }

        synchronized List<String> found() {
            return List.copyOf(found);
        }
    }
}
