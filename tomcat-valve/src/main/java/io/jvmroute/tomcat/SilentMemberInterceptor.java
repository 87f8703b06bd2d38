package io.jvmroute.tomcat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.catalina.tribes.Channel;
import org.apache.catalina.tribes.ChannelException;
import org.apache.catalina.tribes.ChannelMessage;
import org.apache.catalina.tribes.Member;
import org.apache.catalina.tribes.group.ChannelInterceptorBase;
import org.apache.catalina.tribes.group.InterceptorPayload;
import org.jspecify.annotations.Nullable;

/**
 * Keeps requests from waiting for a node that stands still: {@code <Interceptor className="io.jvmroute.tomcat.SilentMemberInterceptor"/>}, as the first one of a
 * Cluster's Channel with acknowledged copies ({@code channelSendOptions="6"}).
 *
 * <p>Tomcat's sender gives a member five seconds to acknowledge, whatever its {@code timeout} says, and a frozen one stays a member, since its machine still
 * accepts connections: each request of each node takes five seconds then. Here a request waits for {@link #setAckTimeout}, once. What the silent member did not
 * acknowledge is kept and sent in order, by a thread of its own, until it is acknowledged or the member is none any more; then all is as before. A member that
 * answers in time has its copy before the request is answered, as ever. A node that drains hands no session over while a member is silent.
 */
public final class SilentMemberInterceptor extends ChannelInterceptorBase implements SilentMemberInterceptorMBean {
    private static final int WAITING = Channel.SEND_OPTIONS_USE_ACK | Channel.SEND_OPTIONS_SYNCHRONIZED_ACK;

    private final ConcurrentMap<Member, MemberLane> lanes = new ConcurrentHashMap<>();
    private int ackTimeout = 500;
    private long maxQueueSize = 64 * 1024 * 1024;

    /** For Tomcat, which makes interceptors by name. */
    public SilentMemberInterceptor() {}

    @Override
    public int getAckTimeout() {
        return ackTimeout;
    }

    /**
     * How many milliseconds a request waits for a member before that is held to be silent; default 500. Longer than a usual pause of its garbage collector.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public void setAckTimeout(int millis) {
        if (millis <= 0) {
            throw new IllegalArgumentException("ackTimeout: " + millis + " (expected: > 0 milliseconds)");
        }
        ackTimeout = millis;
    }

    @Override
    public long getMaxQueueSize() {
        return maxQueueSize;
    }

    /**
     * How many bytes are kept for each silent member; default 67108864. What does not fit is sent as without this interceptor: its request waits for five seconds.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public void setMaxQueueSize(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("maxQueueSize: " + bytes + " (expected: >= 0 bytes)");
        }
        maxQueueSize = bytes;
    }

    @Override
    public String[] getSilentMembers() {
        return lanes.values().stream()
                .filter(MemberLane::isSilent)
                .map(MemberLane::name)
                .sorted()
                .toArray(String[]::new);
    }

    @Override
    public void sendMessage(Member[] destination, ChannelMessage message, @Nullable InterceptorPayload payload)
            throws ChannelException {
        boolean isAwaited = (message.getOptions() & WAITING) != 0
                && (message.getOptions() & Channel.SEND_OPTIONS_ASYNCHRONOUS) == 0;
        if (isAwaited) {
            sendAwaited(destination, message, payload);
        } else {
            super.sendMessage(destination, message, payload);
        }
    }

    private void sendAwaited(Member[] destination, ChannelMessage message, @Nullable InterceptorPayload payload)
            throws ChannelException {
        Map<MemberLane, CompletableFuture<Void>> sent = new LinkedHashMap<>();
        List<Member> withoutRoom = new ArrayList<>();
        for (Member member : destination) {
            MemberLane lane = lanes.computeIfAbsent(member, this::lane);
            CompletableFuture<Void> sending = lane.send((ChannelMessage) message.deepclone());
            if (sending == null) {
                withoutRoom.add(member);
            } else {
                sent.put(lane, sending);
            }
        }
        await(sent);
        if (!withoutRoom.isEmpty()) {
            super.sendMessage(withoutRoom.toArray(Member[]::new), message, payload);
        }
    }

    private MemberLane lane(Member member) {
        return new MemberLane(
                member,
                message -> super.sendMessage(new Member[] {member}, message, null),
                () -> getMember(member) != null,
                maxQueueSize);
    }

    /** Until all have acknowledged, but not for long. */
    private void await(Map<MemberLane, CompletableFuture<Void>> sent) throws ChannelException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ackTimeout);
        ChannelException failure = null;
        for (Map.Entry<MemberLane, CompletableFuture<Void>> sending : sent.entrySet()) {
            try {
                sending.getValue().get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                sending.getKey().fallSilent();
            } catch (ExecutionException e) {
                failure = joined(failure, e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ChannelException(e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private static ChannelException joined(@Nullable ChannelException before, @Nullable Throwable cause) {
        ChannelException failure = cause instanceof ChannelException known ? known : new ChannelException(cause);
        if (before != null) {
            failure.addFaultyMember(before.getFaultyMembers());
        }
        return failure;
    }

    @Override
    public void memberDisappeared(Member member) {
        MemberLane lane = lanes.remove(member);
        if (lane != null) {
            lane.forget();
        }
        super.memberDisappeared(member);
    }

    @Override
    public void stop(int services) throws ChannelException {
        if ((services & Channel.SND_TX_SEQ) != 0) {
            lanes.values().forEach(MemberLane::close);
            lanes.clear();
        }
        super.stop(services);
    }
}
