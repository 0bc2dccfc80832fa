package org.crvqa.study.report;

import java.time.Duration;
import java.util.Optional;

/**
 * An attempt as the store remembers it.
 *
 * @param cause how it ended without a result: "lost", "failed: internal", "killed for memory"; empty: it runs, succeeded,
 *     or nobody saw its end
 * @param ran how long it ran
 * @param lost what of that had to be done again by an attempt that went on from its newest state
 */
public record EndedAttempt(Optional<String> cause, Duration ran, Duration lost) {}
