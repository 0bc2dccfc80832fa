package org.crvqa.worker;

import java.util.Map;

/**
 * The fence against coordinators that were replaced: the highest term of leadership seen by this process. A leader that was
 * paused for longer than its lease does not know that there is another; its calls carry a lower term. Thread-safe.
 */
final class Terms {
    private long highest;

    /** Remembers a caller's term; 0: it takes no part in elections. @throws Refusal when a later leader has called before */
    synchronized void check(long term) {
        if (term > 0 && term < highest) {
            throw new Refusal(
                    Refusal.Reason.FENCED,
                    "The caller leads in term " + term + ", but a coordinator of term " + highest
                            + " has called this worker: the caller was replaced and must step down",
                    Map.of("term", Long.toString(term), "newer_term", Long.toString(highest)));
        }
        highest = Math.max(highest, term);
    }
}
