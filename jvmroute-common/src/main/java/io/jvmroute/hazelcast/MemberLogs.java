package io.jvmroute.hazelcast;

import com.hazelcast.logging.AbstractLogger;
import com.hazelcast.logging.ILogger;
import com.hazelcast.logging.LogEvent;
import com.hazelcast.logging.LoggerFactorySupport;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;

/**
 * Hazelcast's log as part of the container's: what it calls INFO is DEBUG here, for it tells twenty lines at each start. Warnings stay
 * warnings. Made by Hazelcast from its name.
 */
public final class MemberLogs extends LoggerFactorySupport {
    /** For Hazelcast. */
    public MemberLogs() {}

    @Override
    protected ILogger createLogger(String name) {
        return new MemberLog(System.getLogger(name));
    }

    /** INFO and below one level lower. */
    static System.Logger.Level levelOf(Level level) {
        int value = level.intValue();
        if (value == Level.OFF.intValue()) {
            return System.Logger.Level.OFF;
        }
        if (value >= Level.SEVERE.intValue()) {
            return System.Logger.Level.ERROR;
        }
        if (value >= Level.WARNING.intValue()) {
            return System.Logger.Level.WARNING;
        }
        return value >= Level.INFO.intValue() ? System.Logger.Level.DEBUG : System.Logger.Level.TRACE;
    }

    private static final class MemberLog extends AbstractLogger {
        private final System.Logger logger;

        MemberLog(System.Logger logger) {
            this.logger = logger;
        }

        @Override
        public void log(Level level, String message) {
            logger.log(levelOf(level), message);
        }

        @Override
        public void log(Level level, @Nullable String message, @Nullable Throwable thrown) {
            logger.log(levelOf(level), message, thrown);
        }

        @Override
        @SuppressWarnings("removal") // still abstract in 5.7
        public void log(LogEvent event) {
            log(
                    event.getLogRecord().getLevel(),
                    event.getLogRecord().getMessage(),
                    event.getLogRecord().getThrown());
        }

        @Override
        public Level getLevel() {
            for (Level level : new Level[] {Level.FINEST, Level.INFO, Level.WARNING, Level.SEVERE}) {
                if (isLoggable(level)) {
                    return level;
                }
            }
            return Level.OFF;
        }

        @Override
        public boolean isLoggable(Level level) {
            return level.intValue() != Level.OFF.intValue() && logger.isLoggable(levelOf(level));
        }
    }
}
