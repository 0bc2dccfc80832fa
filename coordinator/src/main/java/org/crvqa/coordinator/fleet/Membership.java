package org.crvqa.coordinator.fleet;

import java.util.List;
import java.util.function.Consumer;

/**
 * Tells which workers there are. It is level-triggered: a listener always gets the whole list, never a difference, so that
 * one that missed something is right again with the next call. A source that cannot be reached changes nothing: the last
 * list stays. Being absent from the list does not mean that a worker is dead, only that nothing more is to be given to it.
 *
 * <p>What every implementation keeps ({@code MembershipContract} tests it): no two members of one list have the same id or the
 * same address; a listener hears of lists one at a time, never of an older one after a newer one, of the latest one that is
 * known at once when it begins to listen, and of nothing before the source has said what there is; after its subscription is
 * closed it hears nothing that begins afterwards. Thread-safe.
 */
public interface Membership extends AutoCloseable {
    /** Begins to ask the source. To be called once; returns at once, whether or not the source can be reached. */
    void start();

    /** Tells {@code listener} the list whenever it changes, on any thread. It must return soon and throw nothing. */
    Subscription subscribe(Consumer<List<Member>> listener);

    /** Ends asking and telling. */
    @Override
    void close();

    /** That somebody listens. */
    interface Subscription extends AutoCloseable {
        /** Ends listening. */
        @Override
        void close();
    }
}
