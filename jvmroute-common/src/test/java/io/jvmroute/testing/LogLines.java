package io.jvmroute.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** What a class, or a package, says in the log while this is open. */
public final class LogLines extends Handler implements AutoCloseable {
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Logger logger;

    /** From now on. */
    public LogLines(Class<?> source) {
        this(source.getName());
    }

    /** From now on, of all loggers of this name or below. */
    public LogLines(String name) {
        logger = Logger.getLogger(name); // kept: loggers are held weakly
        logger.addHandler(this);
    }

    /** So far. */
    public List<String> lines() {
        return lines;
    }

    @Override
    public void publish(LogRecord line) {
        lines.add(new SimpleFormatter().formatMessage(line));
    }

    @Override
    public void flush() {
        // nothing is held back
    }

    @Override
    public void close() {
        logger.removeHandler(this);
    }
}
