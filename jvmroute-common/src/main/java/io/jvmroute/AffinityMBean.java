package io.jvmroute;

import io.jvmroute.affinity.Claim;
import io.jvmroute.cluster.ClusterView;
import io.jvmroute.cluster.NodeDirectory;
import io.jvmroute.cluster.PinTable;
import io.jvmroute.forward.ForwardResult;
import io.jvmroute.forward.Forwards;
import io.jvmroute.policy.Verdict;
import io.jvmroute.record.AffinityMXBean;
import io.jvmroute.record.AffinityRecorder;
import io.jvmroute.record.OwnedSessions;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.management.JMException;
import javax.management.ObjectName;
import javax.management.StandardMBean;
import org.jspecify.annotations.Nullable;

/** Shows one node in JMX. A name that is taken (two nodes with one route in one JVM) gets a number; a failure to register is no reason to stop. */
final class AffinityMBean implements AffinityMXBean {
    private static final System.Logger LOG = System.getLogger(AffinityMBean.class.getName());

    private final JvmRoute jvmRoute;
    private final AffinityConfig config;
    private final NodeDirectory directory;
    private final PinTable pins;
    private final AffinityRecorder recorder;
    private final OwnedSessions owned;
    private final Forwards forwarder;
    private final Membership membership;
    private final @Nullable RouteCookies cookies;
    private final Explainer explainer;
    private @Nullable ObjectName name;

    AffinityMBean(
            JvmRoute jvmRoute,
            AffinityConfig config,
            NodeDirectory directory,
            PinTable pins,
            AffinityRecorder recorder,
            OwnedSessions owned,
            Forwards forwarder,
            Membership membership,
            AffinityRouter router,
            Explainer explainer) {
        this.jvmRoute = jvmRoute;
        this.config = config;
        this.directory = directory;
        this.pins = pins;
        this.recorder = recorder;
        this.owned = owned;
        this.forwarder = forwarder;
        this.membership = membership;
        this.cookies = router.sources().cookies();
        this.explainer = explainer;
    }

    synchronized void register() {
        String route = config.route() == null ? "frontend" : config.route();
        var server = ManagementFactory.getPlatformMBeanServer();
        try {
            ObjectName wanted = new ObjectName("io.jvmroute:type=Affinity,route=" + route);
            for (int i = 2; server.isRegistered(wanted); i++) {
                wanted = new ObjectName("io.jvmroute:type=Affinity,route=" + route + ",instance=" + i);
            }
            server.registerMBean(new StandardMBean(this, AffinityMXBean.class, /* isMXBean= */ true), wanted);
            name = wanted;
        } catch (JMException e) {
            LOG.log(System.Logger.Level.WARNING, "not visible in JMX", e);
        }
    }

    synchronized void unregister() {
        if (name != null) {
            try {
                ManagementFactory.getPlatformMBeanServer().unregisterMBean(name);
            } catch (JMException e) {
                LOG.log(System.Logger.Level.DEBUG, "was not visible in JMX", e);
            }
            name = null;
        }
    }

    @Override
    public String getRoute() {
        return config.route() == null ? "" : config.route();
    }

    @Override
    public String getState() {
        return directory.view().selfState().name();
    }

    @Override
    public boolean isDegraded() {
        return membership.degradedReason() != null;
    }

    @Override
    public String getDegradedReason() {
        String reason = membership.degradedReason();
        return reason == null ? "" : reason;
    }

    @Override
    public boolean isInMinority() {
        return directory.view().isMinority();
    }

    @Override
    public List<String> getNodes() {
        ClusterView view = directory.view();
        return view.nodes().stream()
                .map(node -> node.route() + " " + node.state() + (view.isSuspect(node.route()) ? " SUSPECT" : "")
                        + (node.member() ? "" : " NOT_IN_GRID") + " " + node.url() + " sessions=" + node.sessions())
                .toList();
    }

    @Override
    public Map<String, Long> getVerdicts() {
        Map<String, Long> counts = new TreeMap<>();
        for (Verdict verdict : Verdict.values()) {
            counts.put(verdict.text(), recorder.count(verdict));
        }
        return counts;
    }

    @Override
    public Map<String, Long> getForwards() {
        Map<String, Long> counts = new TreeMap<>();
        for (ForwardResult.Outcome outcome : ForwardResult.Outcome.values()) {
            counts.put(outcome.name(), recorder.count(outcome));
        }
        return counts;
    }

    @Override
    public int getRequestsInService() {
        return recorder.inService();
    }

    @Override
    public int getForwardsInFlight() {
        return forwarder.inFlight();
    }

    @Override
    public int getOpenTunnels() {
        return forwarder.openTunnels();
    }

    @Override
    public int getBackendConnections() {
        return forwarder.statistics().open();
    }

    @Override
    public int getIdleBackendConnections() {
        return forwarder.statistics().idle();
    }

    @Override
    public long getHopsReceived() {
        return recorder.hopsReceived();
    }

    @Override
    public long getForgedHops() {
        return recorder.forgedHops();
    }

    @Override
    public int getOwnedSessions() {
        return owned.size();
    }

    @Override
    public int getPinBacklog() {
        return owned.backlog();
    }

    @Override
    public long getHandedOverSessions() {
        return owned.handedOver();
    }

    @Override
    public void drain() {
        jvmRoute.drain();
    }

    @Override
    public void maintenance() {
        jvmRoute.maintenance();
    }

    @Override
    public void ready() {
        jvmRoute.ready();
    }

    @Override
    public long getLostSessions() {
        return owned.lost();
    }

    @Override
    public int getMovedPins() {
        return pins.size();
    }

    @Override
    public long getMovedPinsOverflow() {
        return pins.overflow();
    }

    @Override
    public long getIssuedRouteCookies() {
        return cookies == null ? 0 : cookies.issued();
    }

    @Override
    public long getRefusedRouteCookies() {
        return cookies == null ? 0 : cookies.refused();
    }

    @Override
    public long getExpiredRouteCookies() {
        return cookies == null ? 0 : cookies.expired();
    }

    @Override
    public String explain(String sessionId) {
        return explainer.explain(Claim.ofSession(sessionId)).toString();
    }

    @Override
    public String explainRequest(String target, String headers, String address) {
        List<String> fields = headers.lines().toList();
        return explainer.explain(new DescribedRequest(target, fields, address)).toString();
    }
}
