package org.crvqa.coordinator.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * The latest list of members and those who want to hear of it: what all sources of members have in common. Thread-safe;
 * listeners are called one at a time, by whoever tells or subscribes.
 */
public final class LatestMembers {
    private static final Logger LOG = Logger.getLogger(LatestMembers.class);

    private final List<Listener> listeners = new ArrayList<>();
    private Optional<List<Member>> latest = Optional.empty();
    private boolean closed;

    /** Equal to itself alone: a consumer may listen twice. */
    private static final class Listener {
        private final Consumer<List<Member>> consumer;

        Listener(Consumer<List<Member>> consumer) {
            this.consumer = consumer;
        }
    }

    /** This is the list from now on. A list that is equal to the one before is not told again. */
    public synchronized void tell(List<Member> members) {
        List<Member> told = List.copyOf(members);
        if (closed || latest.filter(told::equals).isPresent()) {
            return;
        }
        latest = Optional.of(told);
        List.copyOf(listeners).forEach(listener -> tell(listener, told));
    }

    /** As {@link Membership#subscribe}. */
    public synchronized Membership.Subscription subscribe(Consumer<List<Member>> consumer) {
        Listener listener = new Listener(consumer);
        if (!closed) {
            listeners.add(listener);
            latest.ifPresent(members -> tell(listener, members));
        }
        return () -> remove(listener);
    }

    private synchronized void remove(Listener listener) {
        listeners.remove(listener);
    }

    /** Nothing is told any more. */
    public synchronized void close() {
        closed = true;
        listeners.clear();
    }

    /** One listener's defect is not another's. */
    private void tell(Listener listener, List<Member> members) {
        try {
            if (listeners.contains(listener)) {
                listener.consumer.accept(members);
            }
        } catch (RuntimeException e) {
            LOG.error("Who there is could not be taken note of", e);
        }
    }
}
