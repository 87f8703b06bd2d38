package io.jvmroute;

import java.util.List;

/** Options that can't be: every fault in one message, each with offender and expectation. Stops the start. */
public final class ConfigurationException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** The faults, at least one. */
    public ConfigurationException(List<String> faults) {
        super(String.join("; ", faults));
    }
}
