package io.jvmroute.testing;

import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.cluster.Grid;
import io.jvmroute.cluster.Node;
import io.jvmroute.cluster.Pin;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** For a member that only has to be there. */
public final class DeafListener implements Grid.Listener {
    @Override
    public void nodesChanged(Collection<Node> nodes) {}

    @Override
    public void pinMoved(AffinityKey key, Pin pin) {}

    @Override
    public void pinEnded(AffinityKey key) {}

    @Override
    public void pinsRead(Collection<Grid.MovedPin> moved) {}

    @Override
    public void merged() {}

    @Override
    public void dataLost() {}

    @Override
    public void degraded(@Nullable String reason) {}
}
