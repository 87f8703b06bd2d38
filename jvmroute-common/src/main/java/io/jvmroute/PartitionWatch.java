package io.jvmroute;

import io.jvmroute.cluster.ClusterView;
import io.jvmroute.cluster.Node;
import java.util.List;

/** Says in the log when this node finds itself in the smaller part of a cluster that is to stay consistent, and when that is over. Used by one thread. */
final class PartitionWatch {
    private static final System.Logger LOG = System.getLogger(PartitionWatch.class.getName());

    private final boolean consistent;
    private boolean minority;

    PartitionWatch(boolean consistent) {
        this.consistent = consistent;
    }

    void observe(ClusterView view) {
        if (!consistent || view.isMinority() == minority) {
            return;
        }
        minority = view.isMinority();
        if (minority) {
            List<String> reached =
                    view.nodes().stream().filter(view::reaches).map(Node::route).toList();
            LOG.log(
                    System.Logger.Level.WARNING,
                    "fewer than half of the last known nodes are here, {0}: sessions of the others get 503",
                    reached);
        } else {
            LOG.log(System.Logger.Level.INFO, "at least half of the last known nodes are here again");
        }
    }
}
