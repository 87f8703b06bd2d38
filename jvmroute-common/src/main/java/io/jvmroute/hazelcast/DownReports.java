package io.jvmroute.hazelcast;

import com.hazelcast.topic.ITopic;
import com.hazelcast.topic.Message;
import com.hazelcast.topic.MessageListener;
import io.jvmroute.cluster.Grid;
import io.jvmroute.cluster.Node;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What members tell each other of nodes and static backends that they can't reach: {@code route url}, a line for each time that one went down. */
final class DownReports implements MessageListener<String> {
    static final String TOPIC = "jvmroute.down";
    private static final System.Logger LOGGER = System.getLogger(DownReports.class.getName());

    private final ITopic<String> topic;
    private final Grid.Listener listener;
    private @Nullable UUID registration;

    DownReports(ITopic<String> topic, Grid.Listener listener) {
        this.topic = topic;
        this.listener = listener;
    }

    void listen() {
        registration = topic.addMessageListener(this);
    }

    void stop() {
        UUID listening = registration;
        if (listening != null) {
            topic.removeMessageListener(listening);
        }
    }

    /** May wait for the network. */
    void publish(Node node) {
        try {
            topic.publish(node.route() + ' ' + node.url());
        } catch (RuntimeException e) { // of Hazelcast's many: the others will find out by themselves
            LOGGER.log(Level.DEBUG, "route=" + node.route() + ": nobody was told that it is down", e);
        }
    }

    @Override
    public void onMessage(Message<String> message) {
        if (message.getPublishingMember() != null
                && message.getPublishingMember().localMember()) {
            return;
        }
        String text = message.getMessageObject();
        int space = text.indexOf(' ');
        try {
            listener.nodeDown(text.substring(0, Math.max(0, space)), URI.create(text.substring(space + 1)));
        } catch (IllegalArgumentException e) {
            LOGGER.log(Level.DEBUG, "a report that is none", e);
        }
    }
}
