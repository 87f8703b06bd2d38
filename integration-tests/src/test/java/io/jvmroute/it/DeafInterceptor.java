package io.jvmroute.it;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.catalina.tribes.ChannelMessage;
import org.apache.catalina.tribes.group.ChannelInterceptorBase;

/** Of a Tomcat's Channel: keeps all messages waiting, and their senders, while a file is there. */
public final class DeafInterceptor extends ChannelInterceptorBase {
    private volatile Path file = Path.of("");

    /** For Tomcat, which makes interceptors by name. */
    public DeafInterceptor() {}

    /** The file. */
    public void setFile(String path) {
        file = Path.of(path);
    }

    @Override
    public void messageReceived(ChannelMessage message) {
        while (Files.isRegularFile(file)) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        super.messageReceived(message);
    }
}
