package io.jvmroute.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/** All that this JVM shows of itself: every line of the log down to the finest since this was opened, and every attribute of every MBean. */
public final class Disclosures extends Handler implements AutoCloseable {
    private final List<String> shown = new CopyOnWriteArrayList<>();
    private final Formatter formatter = new SimpleFormatter();
    private final List<Logger> loggers = // kept: loggers are held weakly
            List.of(Logger.getLogger(""), Logger.getLogger("io.jvmroute"), Logger.getLogger("com.hazelcast"));
    private final List<@Nullable Level> levels = new ArrayList<>();

    /** From now on. */
    public Disclosures() {
        setLevel(Level.ALL);
        loggers.get(0).addHandler(this);
        for (Logger logger : loggers) {
            levels.add(logger.getLevel());
            logger.setLevel(Level.ALL);
        }
    }

    /** Something else that is shown. */
    public void add(Object text) {
        shown.add(String.valueOf(text));
    }

    /** Reads the MBeans as well. */
    public void assertNothingOf(String... secrets) throws JMException {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        for (ObjectName name : server.queryNames(null, null)) {
            if (!name.getDomain().startsWith("java") && !name.getDomain().startsWith("com.sun")) {
                read(server, name);
            }
        }
        assertThat(shown).as("there is something to look at").isNotEmpty();
        for (String secret : secrets) {
            assertThat(shown).noneMatch(text -> text.contains(secret));
        }
    }

    private void read(MBeanServer server, ObjectName name) throws JMException {
        for (MBeanAttributeInfo attribute : server.getMBeanInfo(name).getAttributes()) {
            try {
                Object value = server.getAttribute(name, attribute.getName());
                shown.add(name + " " + attribute.getName() + "=" + Arrays.deepToString(new Object[] {value}));
            } catch (JMException | RuntimeException unreadable) {
                shown.add(String.valueOf(unreadable));
            }
        }
    }

    @Override
    public void publish(LogRecord line) {
        shown.add(formatter.format(line));
    }

    @Override
    public void flush() {
        // nothing is held back
    }

    @Override
    public void close() {
        loggers.get(0).removeHandler(this);
        for (int i = 0; i < levels.size(); i++) {
            loggers.get(i).setLevel(levels.get(i));
        }
    }
}
