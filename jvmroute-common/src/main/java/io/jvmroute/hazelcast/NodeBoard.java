package io.jvmroute.hazelcast;

import io.jvmroute.cluster.AddressRanges;
import io.jvmroute.cluster.Grid;
import io.jvmroute.cluster.HopKey;
import io.jvmroute.cluster.Node;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What all nodes have written about themselves, and which of the writers are members now. */
final class NodeBoard implements EntryFeed.Sink<String, NodeEntry> {
    private static final System.Logger LOGGER = System.getLogger(NodeBoard.class.getName());

    /** A stranger may have written what a log would take for lines of its own. */
    private static final Pattern UNPRINTABLE = Pattern.compile("[^ -~]");

    private final List<HopKey> configuredKeys;
    private final AddressRanges allowed;
    private final Grid.Listener listener;
    private final Executor scheduler;
    private final Map<String, NodeEntry> entries = new TreeMap<>();
    private final Map<String, NodeEntry> goodbyes = new TreeMap<>(); // that the listener has not been told
    private final Set<String> refused = ConcurrentHashMap.newKeySet(); // writers that were warned of
    private final AtomicBoolean toldSoon = new AtomicBoolean();
    private volatile Set<String> members = Set.of();
    private volatile BooleanSupplier mayTell = () -> true;

    NodeBoard(List<HopKey> configuredKeys, AddressRanges allowed, Grid.Listener listener, Executor scheduler) {
        this.configuredKeys = configuredKeys;
        this.allowed = allowed;
        this.listener = listener;
        this.scheduler = scheduler;
    }

    /** Tells the listener of nobody before this is so; it is asked when something changes or is read. */
    void holdUntil(BooleanSupplier condition) {
        mayTell = condition;
    }

    /** The members have changed. */
    void members(Set<String> memberIds) {
        members = Set.copyOf(memberIds);
        tellSoon();
    }

    boolean isMember(Node node) {
        NodeEntry entry = find(node.route());
        return entry != null && entry.incarnation().equals(node.incarnation()) && members.contains(entry.memberId());
    }

    /** Whether another life of the node has its entry, as last seen. */
    boolean isAnothers(Node node) {
        NodeEntry entry = find(node.route());
        return entry != null && !entry.incarnation().equals(node.incarnation());
    }

    private synchronized @Nullable NodeEntry find(String route) {
        return entries.get(route);
    }

    /** The entry as last seen, or null. */
    @Nullable
    Node findNode(String route) {
        return nodeOf(route, find(route));
    }

    /** The node that the entry at {@code route} stands for, or null if it has left or a stranger put it there. */
    @Nullable
    Node nodeOf(String route, @Nullable NodeEntry entry) {
        return entry == null || entry.isLeft() ? null : read(route, entry);
    }

    private @Nullable Node read(String route, NodeEntry entry) {
        String fault;
        try {
            if (!entry.route().equals(route)) { // nobody would overwrite what a node wrote elsewhere, once
                fault = "route " + entry.route() + " at " + route + " (expected: each node at its own route)";
            } else if (entry.isAuthentic(configuredKeys)) {
                Node node = entry.toNode(members.contains(entry.memberId()));
                if (isAllowed(node)) {
                    return node;
                }
                fault = "route " + node.route() + " at " + node.url()
                        + " (expected: an address in allowedNodes, no name)";
            } else {
                fault = "member " + entry.memberId()
                        + " wrote it without this node's secret (expected: one on all nodes)";
            }
        } catch (IllegalArgumentException invalid) {
            fault = String.valueOf(invalid.getMessage());
        }
        if (refused.add(entry.memberId())) {
            LOGGER.log(
                    Level.WARNING,
                    "a node's entry is refused: " + UNPRINTABLE.matcher(fault).replaceAll("?"));
        }
        return null;
    }

    /** A name would have to be looked up, here and again for each connection, with maybe another answer. */
    private boolean isAllowed(Node node) {
        return allowed.isEmpty() || allowed.contains(node.host());
    }

    private void tellSoon() {
        if (toldSoon.compareAndSet(false, true)) {
            try {
                scheduler.execute(this::tell);
            } catch (RejectedExecutionException closed) {
                toldSoon.set(false); // nobody listens any more
            }
        }
    }

    private void tell() {
        toldSoon.set(false);
        if (!mayTell.getAsBoolean()) {
            return;
        }
        Map<String, NodeEntry> now;
        synchronized (this) {
            goodbyes.forEach(entries::putIfAbsent);
            goodbyes.clear();
            now = new TreeMap<>(entries);
        }
        refused.retainAll(now.values().stream().map(NodeEntry::memberId).toList());
        List<Node> nodes = new ArrayList<>(now.size());
        now.forEach((route, entry) -> {
            Node node = read(route, entry);
            if (node != null) {
                nodes.add(node);
            }
        });
        listener.nodesChanged(nodes);
    }

    @Override
    public synchronized void changed(String route, NodeEntry entry) {
        entries.put(route, entry);
        if (entry.isLeft()) {
            goodbyes.put(route, entry); // it may be over before the listener is told
        } else {
            goodbyes.remove(route);
        }
        tellSoon();
    }

    @Override
    public synchronized void ended(String route) {
        entries.remove(route);
        tellSoon();
    }

    @Override
    public synchronized void read(Map<String, NodeEntry> all) {
        entries.clear();
        entries.putAll(all);
        tellSoon();
    }

    @Override
    public NodeEntry newer(NodeEntry read, NodeEntry told) {
        return told;
    }
}
