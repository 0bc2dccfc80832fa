package org.crvqa.coordinator.dispatch;

import java.util.Optional;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.task.v1.FailureKind;
import org.crvqa.task.v1.TaskFailure;

/**
 * What the store says of a task.
 *
 * @param manifest of its artifact, when it is done
 * @param attempts claimed so far
 * @param charged how many of them count against the task
 * @param failure the latest
 * @param quarantined no further attempt is made
 * @param losses attempts that were lost with their workers or devices
 */
public record TaskHistory(
        Optional<Manifest> manifest,
        int attempts,
        int charged,
        Optional<TaskFailure> failure,
        boolean quarantined,
        Losses losses) {
    /** Nothing happened yet. */
    public static final TaskHistory NONE = new Tally().history();

    static TaskHistory done(Manifest manifest) {
        return new TaskHistory(Optional.of(manifest), 0, 0, Optional.empty(), false, new Losses());
    }

    /** Counts attempts in their order, as the dispatcher did when they ended. */
    static final class Tally {
        private int attempts;
        private int charged;
        private Optional<TaskFailure> latest = Optional.empty();
        private boolean quarantined;
        private Losses losses = new Losses();

        /** Without an outcome it runs, or the coordinator of then did not live to see its end. */
        void attempt(int number, Optional<Outcome> outcome, Optional<Outcome> death) {
            attempts = number;
            outcome.map(Outcome::figures)
                    .filter(figures -> figures.savedStep() > 0)
                    .ifPresent(figures -> losses.saved(figures.savedStep()));
            if (outcome.map(Outcome::lost).orElse(true)) {
                losses.lost(number);
            }
            if (death.isPresent()) {
                losses.explain(number);
            }
            outcome.flatMap(Outcome::failure)
                    .filter(failure -> failure.getKind() == FailureKind.FAILURE_KIND_DEVICE)
                    .ifPresent(failure -> losses.deviceFailed(number));
            outcome.flatMap(Outcome::failure)
                    .or(() -> death.flatMap(Outcome::failure))
                    .ifPresent(this::failed);
        }

        private void failed(TaskFailure failure) {
            charged += RetryPolicy.isCharged(failure.getKind()) ? 1 : 0;
            quarantined |= RetryPolicy.isFinal(failure.getKind(), charged);
            latest = Optional.of(failure);
        }

        /** Whether there is something to pardon. */
        boolean isHeldAgainst() {
            return latest.isPresent() || losses.inVain() > 0;
        }

        void pardon() {
            charged = 0;
            latest = Optional.empty();
            quarantined = false;
            losses.pardon();
        }

        TaskHistory history() {
            return new TaskHistory(Optional.empty(), attempts, charged, latest, quarantined, losses);
        }
    }
}
