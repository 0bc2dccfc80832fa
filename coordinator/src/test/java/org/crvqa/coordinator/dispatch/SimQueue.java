package org.crvqa.coordinator.dispatch;

import java.util.ArrayDeque;
import java.util.Deque;

/** Things that happen in the order in which they were added, each after a delay of its own. */
final class SimQueue {
    private record Entry(String what, Runnable action) {}

    private final SimTime time;
    private final SimProcess owner;
    private final Deque<Entry> entries = new ArrayDeque<>();
    private long last;

    /** Nothing happens any more once the owner is dead, nothing for now while it is paused. */
    SimQueue(SimTime time, SimProcess owner) {
        this.time = time;
        this.owner = owner;
    }

    void add(long delay, String what, Runnable action) {
        last = Math.max(last, time.now() + delay);
        entries.add(new Entry(what, action));
        owner.at(last, "", this::next);
    }

    private void next() {
        Entry entry = entries.poll();
        if (entry != null) {
            time.note(entry.what());
            entry.action().run();
        }
    }
}
