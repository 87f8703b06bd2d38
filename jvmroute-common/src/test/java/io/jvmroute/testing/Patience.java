package io.jvmroute.testing;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Tests wait long for what must come: a machine that is busy with other things is no fault. They wait for that alone: the threads of a
 * Hazelcast member that is being ended may die of it, which fails nobody. JUnit finds this by itself.
 */
public final class Patience implements BeforeAllCallback {
    @Override
    public void beforeAll(ExtensionContext context) {
        Awaitility.setDefaultTimeout(Duration.ofMinutes(3));
        Awaitility.doNotCatchUncaughtExceptionsByDefault();
    }
}
