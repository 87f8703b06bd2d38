package io.jvmroute.tomcat.corridor;

import java.io.IOException;
import java.lang.reflect.Field;
import java.net.StandardSocketOptions;
import org.apache.coyote.AbstractProcessor;
import org.apache.coyote.Request;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketWrapperBase;

/** Reaches the socket under a request, for which Tomcat has no word. Only for what goes wrong: it takes reflection. */
final class ClientSocket {
    private static final System.Logger LOG = System.getLogger(ClientSocket.class.getName());

    private ClientSocket() {}

    /**
     * Makes the end of the connection a reset (RFC 9293 §3.5.2). A response that ends with its connection looks whole to an HTTP/1.0 client
     * otherwise. Where the connector is not NIO, it ends as Tomcat ends it.
     */
    static void resetAtEnd(Request request) {
        try {
            Object processor = read(Request.class, "hook", request);
            Object wrapper = read(AbstractProcessor.class, "socketWrapper", processor);
            if (wrapper instanceof SocketWrapperBase<?> socket && socket.getSocket() instanceof NioChannel channel) {
                channel.getIOChannel().setOption(StandardSocketOptions.SO_LINGER, 0);
            }
        } catch (ReflectiveOperationException | RuntimeException | IOException e) {
            LOG.log(
                    System.Logger.Level.DEBUG,
                    "no access to the socket of a request: a truncation ends without a reset",
                    e);
        }
    }

    private static Object read(Class<?> type, String name, Object from) throws ReflectiveOperationException {
        Field field = type.getDeclaredField(name);
        field.setAccessible(true);
        return field.get(from);
    }
}
