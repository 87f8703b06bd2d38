package io.jvmroute.hazelcast;

import com.hazelcast.query.Predicate;
import com.hazelcast.query.Predicates;
import io.jvmroute.affinity.AffinityKey;
import io.jvmroute.cluster.Grid;
import io.jvmroute.cluster.Pin;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Passes on what becomes of the pins of moved sessions; of the others nobody needs to hear. */
final class MovedPins implements EntryFeed.Sink<AffinityKey, Pin> {
    static final Predicate<AffinityKey, Pin> MOVED = Predicates.greaterThan(PinSerializers.EPOCH, Pin.FIRST_EPOCH);

    private final Grid.Listener listener;

    MovedPins(Grid.Listener listener) {
        this.listener = listener;
    }

    @Override
    public void changed(AffinityKey key, Pin pin) {
        listener.pinMoved(key, pin);
    }

    @Override
    public void ended(AffinityKey key) {
        listener.pinEnded(key);
    }

    @Override
    public void read(Map<AffinityKey, Pin> all) {
        List<Grid.MovedPin> moved = new ArrayList<>();
        all.forEach((key, pin) -> {
            if (pin.isMoved()) {
                moved.add(new Grid.MovedPin(key, pin));
            }
        });
        listener.pinsRead(moved);
    }

    @Override
    public Pin newer(Pin read, Pin told) {
        return told.epoch() >= read.epoch() ? told : read;
    }
}
