package io.jvmroute.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the {@link ClusterView} fresh: what nodes say of themselves, whom the grid sees, and who could not be reached.
 *
 * <p>A node stays known at its last address when the grid loses sight of it; it goes when it said that it left, when another life takes its
 * route, or when it is suspect as well and {@link #forget forgotten}. In a minority it still counts then: who is cut off must not come to think that it is the whole. Reads are one volatile load; changes take a lock and happen off the
 * home path.
 *
 * <p>It remembers how often a node fell and rose: one that falls again within a minute of {@link #recovered} is {@link #heldDown} longer each time. Another life
 * begins without a past.
 */
public final class NodeDirectory {
    /** Routes ever seen that are kept apart from garbage; beyond it an old route counts as never seen. */
    static final int MAX_SEEN = 10_000;

    private final @Nullable String selfRoute;
    private final Map<String, Node> statics = new TreeMap<>();
    private final Map<String, Node> nodes = new TreeMap<>();
    private final Map<String, String> suspects = new HashMap<>(); // route -> incarnation
    private final Map<String, String> forgotten = new HashMap<>(); // route -> incarnation
    private final Map<String, Past> pasts = new HashMap<>(); // of those that were suspect
    private final Duration holdDown;
    private final LongSupplier nanoTime;
    private final Set<String> seen = new TreeSet<>();
    private final Set<String> lastKnown = new TreeSet<>(); // routes; without those that left
    private NodeState selfState = NodeState.STARTING;
    private Consumer<ClusterView> listener = changed -> {};
    private volatile ClusterView view;

    /** How one life of a node fell and rose. */
    private record Past(String incarnation, HoldDown holdDown) {}

    /** An empty directory of the node {@code selfRoute}, or of a frontend (null). */
    public NodeDirectory(@Nullable String selfRoute) {
        this(selfRoute, List.of());
    }

    /** A directory that lists {@code statics} for good; they win over nodes of the same route that the grid tells of. */
    public NodeDirectory(@Nullable String selfRoute, List<Node> statics) {
        this(selfRoute, statics, Duration.ZERO, () -> 0);
    }

    /**
     * A directory that holds down nodes that flap.
     *
     * @param holdDown how long, doubled with each fall; zero: not at all
     * @param nanoTime a monotonic clock
     */
    public NodeDirectory(@Nullable String selfRoute, List<Node> statics, Duration holdDown, LongSupplier nanoTime) {
        this.selfRoute = selfRoute;
        this.holdDown = holdDown;
        this.nanoTime = nanoTime;
        statics.forEach(node -> this.statics.put(node.route(), node));
        view = ClusterView.of(selfRoute, selfState, List.of(), Set.of(), Set.of());
        update(List.of());
    }

    /** The cluster as it is known now. */
    public ClusterView view() {
        return view;
    }

    /** Tells {@code told} of the view now and of each later one, one after the other; it must not wait. */
    public synchronized void onChange(Consumer<ClusterView> told) {
        listener = told;
        told.accept(view);
    }

    /** Takes over what the grid says of the others. Nodes it no longer lists are kept as no members. */
    public synchronized void update(Collection<Node> entries) {
        Map<String, Node> listed = new HashMap<>();
        entries.forEach(node -> listed.put(node.route(), node));
        listed.putAll(statics);
        if (selfRoute != null) {
            listed.remove(selfRoute); // nobody knows better than we do
        }
        forgotten
                .values()
                .retainAll(listed.values().stream()
                        .filter(node -> !node.member() && node.state() != NodeState.LEFT)
                        .map(Node::incarnation)
                        .toList());
        listed.keySet().removeAll(forgotten.keySet()); // its entry may stay for long where clocks differ
        List<String> left = new ArrayList<>();
        for (Node known : nodes.values()) {
            if (!listed.containsKey(known.route()) && !known.route().equals(selfRoute)) {
                listed.put(known.route(), known.withMember(false));
            }
        }
        for (Node node : listed.values()) {
            seen.add(node.route());
            if (node.state() == NodeState.LEFT) {
                left.add(node.route());
            } else {
                clearSuspicionOfAnotherLife(node);
                nodes.put(node.route(), node);
                lastKnown.add(node.route());
            }
        }
        left.forEach(nodes::remove);
        left.forEach(lastKnown::remove);
        left.forEach(suspects::remove);
        left.forEach(pasts::remove);
        publish();
    }

    private void clearSuspicionOfAnotherLife(Node node) {
        String incarnation = suspects.get(node.route());
        if (incarnation != null && !incarnation.equals(node.incarnation())) {
            suspects.remove(node.route());
        }
    }

    /**
     * Takes the state of a static backend, which does not tell it itself.
     *
     * @throws IllegalArgumentException if it is none of this directory's
     */
    public synchronized void changeBackend(Node backend) {
        if (statics.replace(backend.route(), backend) == null) {
            throw new IllegalArgumentException("route: " + backend.route() + " (expected: a static backend's)");
        }
        nodes.put(backend.route(), backend);
        publish();
    }

    /** Removes a node that said goodbye. */
    public synchronized void remove(Node node) {
        Node known = nodes.get(node.route());
        if (known != null && known.isSameLife(node)) {
            nodes.remove(node.route());
            suspects.remove(node.route());
            pasts.remove(node.route());
            lastKnown.remove(node.route());
            publish();
        }
    }

    /** Changes the state of the node itself while it has no address yet, or of a frontend. */
    public synchronized void self(NodeState state) {
        selfState = state;
        publish();
    }

    /** Takes the node's own description: it stands among the nodes from now on. */
    public synchronized void self(Node self) {
        if (!self.route().equals(selfRoute)) {
            throw new IllegalArgumentException("route: " + self.route() + " (expected: " + selfRoute + ")");
        }
        selfState = self.state();
        nodes.put(self.route(), self);
        lastKnown.add(self.route());
        publish();
    }

    /**
     * Notes that the node could not be reached.
     *
     * @return whether that is news
     */
    public synchronized boolean suspect(Node node) {
        Node known = nodes.get(node.route());
        if (known == null || !known.isSameLife(node)) {
            return false; // another life took over meanwhile: it deserves its own chance
        }
        boolean news = !node.incarnation().equals(suspects.put(node.route(), node.incarnation()));
        if (news) {
            past(node).fell(nanoTime.getAsLong());
        }
        publish();
        return news;
    }

    /**
     * Notes that the node can be reached again.
     *
     * @return whether that is news
     */
    public synchronized boolean recovered(Node node) {
        boolean news = suspects.remove(node.route(), node.incarnation());
        if (news) {
            past(node).rose(nanoTime.getAsLong());
        }
        publish();
        return news;
    }

    private HoldDown past(Node node) {
        Past known = pasts.get(node.route());
        if (known == null || !known.incarnation().equals(node.incarnation())) {
            known = new Past(node.incarnation(), new HoldDown(holdDown));
            pasts.put(node.route(), known);
        }
        return known.holdDown();
    }

    /** For how long a suspect should still be let alone although it may answer well by now; zero if it need not be, or is none. */
    public synchronized Duration heldDown(Node node) {
        boolean suspect = node.incarnation().equals(suspects.get(node.route()));
        return suspect ? past(node).left(nanoTime.getAsLong()) : Duration.ZERO;
    }

    /** The nodes that could not be reached, to be looked at again. */
    public synchronized List<Node> suspects() {
        List<Node> found = new ArrayList<>();
        for (String route : suspects.keySet()) {
            Node node = nodes.get(route);
            if (node != null) {
                found.add(node);
            }
        }
        found.sort(Comparator.comparing(Node::route));
        return found;
    }

    /** Forgets the address of a node that neither the grid nor a request has reached for long. Its route stays known. */
    public synchronized void forget(Node node) {
        Node known = nodes.get(node.route());
        if (known != null && known.isSameLife(node) && !known.member()) {
            nodes.remove(node.route());
            suspects.remove(node.route());
            pasts.remove(node.route());
            forgotten.put(node.route(), node.incarnation());
            if (!view.isMinority()) {
                lastKnown.remove(node.route());
            }
            publish();
        }
    }

    private void publish() {
        if (seen.size() > MAX_SEEN) {
            seen.retainAll(nodes.keySet());
        }
        if (lastKnown.size() > MAX_SEEN) {
            lastKnown.retainAll(nodes.keySet());
        }
        view = ClusterView.of(selfRoute, selfState, List.copyOf(nodes.values()), suspects.keySet(), seen)
                .measuredBy(lastKnown);
        listener.accept(view);
    }
}
