package io.jvmroute.tomcat;

/** What JMX shows of a {@link SilentMemberInterceptor}, where Tomcat's {@code Channel} is registered. All methods are thread-safe. */
public interface SilentMemberInterceptorMBean {
    /** How many milliseconds a request waits for a member before that is held to be silent. */
    int getAckTimeout();

    /** How many bytes are kept for each silent member. */
    long getMaxQueueSize();

    /** The members that have not acknowledged all copies of this node's sessions, as Tomcat names them; mostly none. */
    String[] getSilentMembers();
}
