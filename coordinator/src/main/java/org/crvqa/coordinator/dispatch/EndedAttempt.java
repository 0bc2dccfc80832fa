package org.crvqa.coordinator.dispatch;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * An attempt as the store remembers it.
 *
 * @param cause how it ended without a result: "lost", "failed: internal", "killed for memory"; empty: it runs, succeeded,
 *     or nobody saw its end
 * @param ran how long it ran
 * @param lost what of that had to be done again by an attempt that went on from its newest state
 */
public record EndedAttempt(Optional<String> cause, Duration ran, Duration lost) {
    static EndedAttempt of(Optional<Outcome> outcome, Optional<Outcome> death) {
        Optional<String> cause = death.map(Outcome::word).or(() -> outcome.map(EndedAttempt::cause));
        AttemptFigures figures = outcome.map(Outcome::figures).orElse(AttemptFigures.NONE);
        return new EndedAttempt(cause, figures.ran(), figures.lost());
    }

    private static String cause(Outcome outcome) {
        return outcome.word()
                + outcome.failure()
                        .map(failure -> ": "
                                + failure.getKind()
                                        .name()
                                        .replace("FAILURE_KIND_", "")
                                        .replace('_', ' ')
                                        .toLowerCase(Locale.ROOT))
                        .orElse("");
    }
}
