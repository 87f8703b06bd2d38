package io.jvmroute.cluster;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the {@link ClusterView} fresh: what nodes say of themselves, whom the grid sees, and who could not be reached.
 *
 * <p>A node stays known at its last address when the grid loses sight of it; it goes when it said that it left, when another life takes its
 * route, or when it is suspect as well and {@link #forget forgotten}. In a minority it still counts then: who is cut off must not come to think that it is the whole. Reads are one volatile load; changes take a lock and happen off the
 * home path.
 */
public final class NodeDirectory {
    /** Routes ever seen that are kept apart from garbage; beyond it an old route counts as never seen. */
    static final int MAX_SEEN = 10_000;

    private final @Nullable String selfRoute;
    private final Map<String, Node> statics = new TreeMap<>();
    private final Map<String, Node> nodes = new TreeMap<>();
    private final Map<String, String> suspects = new HashMap<>(); // route -> incarnation
    private final Set<String> seen = new TreeSet<>();
    private final Set<String> lastKnown = new TreeSet<>(); // routes; without those that left
    private NodeState selfState = NodeState.STARTING;
    private volatile ClusterView view;

    /** An empty directory of the node {@code selfRoute}, or of a frontend (null). */
    public NodeDirectory(@Nullable String selfRoute) {
        this(selfRoute, List.of());
    }

    /** A directory that lists {@code statics} for good; they win over nodes of the same route that the grid tells of. */
    public NodeDirectory(@Nullable String selfRoute, List<Node> statics) {
        this.selfRoute = selfRoute;
        statics.forEach(node -> this.statics.put(node.route(), node));
        view = ClusterView.of(selfRoute, selfState, List.of(), Set.of(), Set.of());
        update(List.of());
    }

    /** The cluster as it is known now. */
    public ClusterView view() {
        return view;
    }

    /** Takes over what the grid says of the others. Nodes it no longer lists are kept as no members. */
    public synchronized void update(Collection<Node> entries) {
        Map<String, Node> listed = new HashMap<>();
        entries.forEach(node -> listed.put(node.route(), node));
        listed.putAll(statics);
        if (selfRoute != null) {
            listed.remove(selfRoute); // nobody knows better than we do
        }
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
        publish();
        return news;
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
    }
}
