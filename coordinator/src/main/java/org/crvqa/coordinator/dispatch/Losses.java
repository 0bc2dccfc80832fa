package org.crvqa.coordinator.dispatch;

import java.util.HashSet;
import java.util.Set;

/**
 * Attempts at one task that were lost with their workers or with the device below them: which of them nobody has explained
 * yet, and which came after the newest state that was saved. Owned by the event loop.
 */
final class Losses {
    private final Set<Integer> unexplained = new HashSet<>();
    private final Set<Integer> inVain = new HashSet<>();
    private long savedStep;

    Losses() {}

    Losses(Losses from) {
        unexplained.addAll(from.unexplained);
        inVain.addAll(from.inVain);
        savedStep = from.savedStep;
    }

    /** The attempt's worker is gone, as far as anybody can see. */
    void lost(int attempt) {
        unexplained.add(attempt);
        inVain.add(attempt);
    }

    /** The attempt's device failed and took its worker's process along, as the worker said itself. */
    void deviceFailed(int attempt) {
        inVain.add(attempt);
    }

    /** It runs after all. */
    void found(int attempt) {
        unexplained.remove(attempt);
        inVain.remove(attempt);
    }

    /**
     * A state of so many steps was saved or resumed from. One that is newer than what was known makes earlier losses
     * good; an older one means that newer states could not be read, and counts from there.
     */
    void saved(long step) {
        if (step > savedStep) {
            inVain.clear();
        }
        savedStep = step;
    }

    /** The attempt's worker says how it died. True once for each attempt that was lost. */
    boolean explain(int attempt) {
        return unexplained.remove(attempt);
    }

    /** Nothing of what was counts any more. */
    void pardon() {
        unexplained.clear();
        inVain.clear();
    }

    /** Losses since the newest saved state. */
    int inVain() {
        return inVain.size();
    }
}
