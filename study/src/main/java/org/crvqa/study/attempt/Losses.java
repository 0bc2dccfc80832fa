package org.crvqa.study.attempt;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Attempts at one task that were lost with their workers or with the device below them: which of them nobody has explained
 * yet, and which came after the newest state that was saved. Owned by the event loop.
 */
public final class Losses {
    private Set<Integer> unexplained = Set.of();

    /** With the worker that each had. */
    private Map<Integer, String> inVain = Map.of();

    private long savedStep;

    Losses() {}

    /** A copy. */
    public Losses(Losses from) {
        unexplained = from.unexplained.isEmpty() ? Set.of() : new HashSet<>(from.unexplained);
        inVain = from.inVain.isEmpty() ? Map.of() : new HashMap<>(from.inVain);
        savedStep = from.savedStep;
    }

    /** The attempt's worker, which had taken the task, is gone, as far as anybody can see. */
    public void lost(int attempt, String worker) {
        unseen(attempt);
        inVain(attempt, worker);
    }

    /** Nobody saw how the attempt ended: its worker may say that it died in it. */
    public void unseen(int attempt) {
        unexplained = unexplained.isEmpty() ? new HashSet<>() : unexplained;
        unexplained.add(attempt);
    }

    /** The attempt's device failed and took its worker's process along, or stood still. */
    public void deviceFailed(int attempt, String worker) {
        inVain(attempt, worker);
    }

    private void inVain(int attempt, String worker) {
        inVain = inVain.isEmpty() ? new HashMap<>() : inVain;
        inVain.put(attempt, worker);
    }

    /** It runs after all. */
    public void found(int attempt) {
        explain(attempt);
        if (!inVain.isEmpty()) {
            inVain.remove(attempt);
        }
    }

    /**
     * A state of so many steps was saved or resumed from. One that is newer than what was known makes earlier losses
     * good; an older one means that newer states could not be read, and counts from there. True when it is newer.
     */
    public boolean saved(long step) {
        boolean newer = step > savedStep;
        if (newer) {
            inVain = Map.of();
        }
        savedStep = step;
        return newer;
    }

    /** The attempt's worker says how it died. True once for each attempt that was lost. */
    public boolean explain(int attempt) {
        return !unexplained.isEmpty() && unexplained.remove(attempt);
    }

    /** Nothing of what was counts any more. */
    public void pardon() {
        unexplained = Set.of();
        inVain = Map.of();
    }

    /** Losses since the newest saved state. */
    public int inVain() {
        return inVain.size();
    }

    /** The workers of those, with repetitions. */
    public Collection<String> inVainWorkers() {
        return inVain.values();
    }
}
