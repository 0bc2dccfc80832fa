package org.crvqa.study.attempt;

import java.time.Duration;

/**
 * What an attempt that ended without a result had reached.
 *
 * @param ran since the worker took it; zero when it never did
 * @param lost the part of {@code ran} that must be done again: all of it where no state was saved
 * @param step of the latest progress
 * @param savedStep steps in the newest state that it resumed from or saved; 0: none
 */
public record AttemptFigures(Duration ran, Duration lost, long step, long savedStep) {
    /** Of an attempt of which nothing is known. */
    public static final AttemptFigures NONE = new AttemptFigures(Duration.ZERO, Duration.ZERO, 0, 0);
}
