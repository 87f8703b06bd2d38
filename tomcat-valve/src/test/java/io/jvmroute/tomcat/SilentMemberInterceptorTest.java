package io.jvmroute.tomcat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.Serializable;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.catalina.tribes.Channel;
import org.apache.catalina.tribes.ChannelException;
import org.apache.catalina.tribes.ChannelListener;
import org.apache.catalina.tribes.Member;
import org.apache.catalina.tribes.RemoteProcessException;
import org.apache.catalina.tribes.group.GroupChannel;
import org.apache.catalina.tribes.group.interceptors.StaticMembershipInterceptor;
import org.apache.catalina.tribes.group.interceptors.TcpFailureDetector;
import org.apache.catalina.tribes.membership.StaticMember;
import org.apache.catalina.tribes.transport.nio.NioReceiver;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Channels of Tomcat's on loopback. A member is silent while its application does not come back, since it acknowledges after that. */
final class SilentMemberInterceptorTest {
    private static final int ACKNOWLEDGED = Channel.SEND_OPTIONS_USE_ACK | Channel.SEND_OPTIONS_SYNCHRONIZED_ACK;

    /** Longer than a busy machine may stand still, and shorter than Tribes waits. */
    private static final int ACK_MILLIS = 4_000;

    private final SilentMemberInterceptor interceptor = new SilentMemberInterceptor();
    private final List<GroupChannel> channels = new ArrayList<>();
    private final Inbox silent = new Inbox();
    private final Inbox other = new Inbox();

    @AfterEach
    void stop() throws ChannelException {
        silent.open();
        other.open();
        for (GroupChannel channel : channels) {
            channel.stop(Channel.DEFAULT);
        }
    }

    @Test
    void send_toOneThatAnswers_isThereWhenItReturns() throws Exception {
        silent.open();
        other.open();
        Channel sender = start();

        for (int i = 0; i < 50; i++) {
            send(sender, i);
            assertThat(silent.messages()).hasSize(i + 1);
            assertThat(other.messages()).hasSize(i + 1);
        }
    }

    @Test
    void send_toASilentOne_goesOn_andArrivesInOrder() throws Exception {
        other.open();
        Channel sender = start();

        for (int i = 0; i < 200; i++) {
            send(sender, i);
        }

        assertThat(silent.messages()).isEmpty();
        assertThat(other.messages()).isEqualTo(numbers(200));
        silent.open();
        await().untilAsserted(() -> assertThat(silent.lastOfEach()).isEqualTo(numbers(200)));
    }

    @Test
    void send_onceItHasCaughtUp_isAcknowledgedAgain() throws Exception {
        other.open();
        Channel sender = start();
        send(sender, 0);
        silent.open();
        await().until(() -> silent.messages().contains(0));

        await().until(() -> {
            send(sender, 1);
            return silent.messages().contains(1); // at once
        });
        for (int i = 2; i < 50; i++) {
            send(sender, i);
            assertThat(silent.messages()).contains(i);
        }
    }

    /** More than the member gets at a time; what it got while it was silent it does not apply. */
    @Test
    void send_ofManyAtOnce_losesNothing() throws Exception {
        other.open();
        Channel sender = start();
        ExecutorService users = Executors.newFixedThreadPool(40);
        List<Future<?>> sent = IntStream.range(0, 40)
                .<Future<?>>mapToObj(i -> users.submit(() -> {
                    send(sender, i);
                    return i;
                }))
                .toList();
        users.shutdown();
        for (Future<?> one : sent) {
            one.get();
        }

        assertThat(silent.messages()).isEmpty();
        silent.openWithoutThoseThatWait();
        await().untilAsserted(() -> assertThat(silent.messages()).containsAll(numbers(40)));
        assertThat(other.messages()).containsExactlyInAnyOrderElementsOf(numbers(40));
    }

    /** Without room it waits, as Tomcat does without it, and tells that there was no acknowledgement. */
    @Test
    void send_withoutRoom_failsAsEver() throws Exception {
        other.open();
        interceptor.setMaxQueueSize(0);
        Channel sender = start();
        send(sender, 0);

        assertThatThrownBy(() -> send(sender, 1))
                .isInstanceOfSatisfying(
                        ChannelException.class,
                        e -> assertThat(e.getFaultyMembers()).hasSize(1));
        assertThat(other.messages()).isEqualTo(numbers(2));
    }

    @Test
    void send_toOneThatHasGone_failsAsEver() throws Exception {
        silent.open();
        other.open();
        Channel sender = start();
        send(sender, 0);
        Member[] members = sender.getMembers();
        channels.get(1).stop(Channel.DEFAULT);

        assertThatThrownBy(() -> sender.send(members, 1, ACKNOWLEDGED)).isInstanceOf(ChannelException.class);
        assertThat(other.messages()).contains(1);
        assertThat(sender.getMembers()).hasSize(1);
    }

    @Test
    void send_unacknowledged_waitsForNobody() throws Exception {
        Channel sender = start();

        sender.send(sender.getMembers(), 0, 0);

        await().until(() -> silent.isEntered() && other.isEntered());
    }

    @Test
    void options_thatMakeNoSense_areRefused() {
        assertThatThrownBy(() -> interceptor.setAckTimeout(0)).hasMessage("ackTimeout: 0 (expected: > 0 milliseconds)");
        assertThatThrownBy(() -> interceptor.setMaxQueueSize(-1)).hasMessage("maxQueueSize: -1 (expected: >= 0 bytes)");
    }

    private static void send(Channel sender, int number) throws ChannelException {
        sender.send(sender.getMembers(), number, ACKNOWLEDGED);
    }

    private static List<Integer> numbers(int end) {
        return IntStream.range(0, end).boxed().toList();
    }

    /** Three channels; the first one has the interceptor. */
    private Channel start() throws Exception {
        interceptor.setAckTimeout(ACK_MILLIS);
        List<StaticMember> members = List.of(member(1), member(2), member(3));
        Channel sender = channel(members, 0, /* inbox= */ null);
        channel(members, 1, silent);
        channel(members, 2, other);
        for (Channel channel : channels) {
            channel.start(Channel.SND_RX_SEQ | Channel.SND_TX_SEQ);
        }
        await().until(() -> sender.getMembers().length == 2);
        return sender;
    }

    private static StaticMember member(int number) throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            StaticMember member = new StaticMember("127.0.0.1", free.getLocalPort(), 0);
            member.setUniqueId("{" + number + ",0".repeat(15) + "}");
            return member;
        }
    }

    private Channel channel(List<StaticMember> members, int index, @Nullable Inbox inbox) {
        GroupChannel channel = new GroupChannel();
        NioReceiver receiver = (NioReceiver) channel.getChannelReceiver();
        receiver.setAddress("127.0.0.1");
        receiver.setPort(members.get(index).getPort());
        receiver.setAutoBind(0);
        StaticMembershipInterceptor membership = new StaticMembershipInterceptor();
        membership.setLocalMember(members.get(index));
        members.stream().filter(member -> !member.equals(members.get(index))).forEach(membership::addStaticMember);
        if (inbox == null) {
            channel.addInterceptor(interceptor);
        } else {
            channel.addChannelListener(inbox);
        }
        channel.addInterceptor(new TcpFailureDetector());
        channel.addInterceptor(membership);
        channels.add(channel);
        return channel;
    }

    /** The application of a member. */
    private static final class Inbox implements ChannelListener {
        private static final int TRIES_OF_TRIBES = 2;

        private final CountDownLatch entered = new CountDownLatch(1);
        private final CountDownLatch gate = new CountDownLatch(1);
        private final Set<Integer> waited = ConcurrentHashMap.newKeySet();
        private final Map<Integer, Integer> times = new ConcurrentHashMap<>();
        private volatile boolean forgets;
        private final List<Integer> messages = Collections.synchronizedList(new ArrayList<>());

        @Override
        public boolean accept(Serializable message, Member sender) {
            return true;
        }

        @Override
        public void messageReceived(Serializable message, Member sender) {
            entered.countDown();
            if (gate.getCount() > 0) {
                waited.add((Integer) message);
            }
            try {
                gate.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            int time = times.merge((Integer) message, 1, Integer::sum);
            if (forgets && waited.contains(message) && time <= TRIES_OF_TRIBES) {
                throw new RemoteProcessException("not applied: " + message);
            }
            messages.add((Integer) message);
        }

        void openWithoutThoseThatWait() {
            forgets = true;
            open();
        }

        void open() {
            gate.countDown();
        }

        boolean isEntered() {
            return entered.getCount() == 0;
        }

        List<Integer> messages() {
            return List.copyOf(messages);
        }

        /** What fails is sent again; its last time is what counts. */
        List<Integer> lastOfEach() {
            List<Integer> all = messages();
            return IntStream.range(0, all.size())
                    .filter(i -> all.lastIndexOf(all.get(i)) == i)
                    .mapToObj(all::get)
                    .toList();
        }
    }
}
