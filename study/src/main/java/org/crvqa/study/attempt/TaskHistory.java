package org.crvqa.study.attempt;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.task.v1.FailureKind;
import org.crvqa.task.v1.TaskFailure;

/**
 * What the store says of a task. Of a task that is done nothing else is said: hundreds of thousands of these are in memory
 * while a coordinator starts.
 *
 * @param done whether its artifact exists
 * @param made how it came to be, when it is done and somebody has looked
 * @param attempts claimed so far
 * @param underWay whether the end of the latest of these is not known
 * @param charged how many of them count against the task
 * @param failure the latest
 * @param quarantined no further attempt is made
 * @param losses attempts that were lost with their workers or devices
 * @param chargedOn workers on which an attempt failed that counts
 */
public record TaskHistory(
        boolean done,
        Optional<Making> made,
        int attempts,
        boolean underWay,
        int charged,
        Optional<TaskFailure> failure,
        boolean quarantined,
        Losses losses,
        Set<String> chargedOn) {
    /** Nothing happened yet. */
    public static final TaskHistory NONE = new Tally().history();

    /** Its artifact exists; how it came to be was not looked up. */
    public static final TaskHistory DONE = done(Optional.empty());

    /** Of a task whose result exists. */
    public static TaskHistory done(Manifest manifest) {
        return done(Making.of(manifest));
    }

    private static TaskHistory done(Optional<Making> made) {
        return new TaskHistory(true, made, 0, false, 0, Optional.empty(), false, new Losses(), Set.of());
    }

    /** Its artifact cannot be read, which no attempt would mend: nothing runs until it is discarded. */
    static TaskHistory unreadable(TaskFailure failure) {
        return new TaskHistory(
                false, Optional.empty(), 0, false, 0, Optional.of(failure), true, new Losses(), Set.of());
    }

    /** Counts attempts in their order, as the dispatcher did when they ended. */
    static final class Tally {
        private int attempts;
        private boolean underWay;
        private int charged;
        private Optional<TaskFailure> latest = Optional.empty();
        private boolean quarantined;
        private Losses losses = new Losses();
        private final Set<String> chargedOn = new HashSet<>();

        /**
         * Without an outcome it runs, or the coordinator of then did not live to see its end, or never called a worker:
         * nothing is held against the task for that.
         */
        void attempt(int number, Optional<Outcome> outcome, Optional<Outcome> death) {
            attempts = number;
            underWay = outcome.isEmpty() && death.isEmpty();
            outcome.map(Outcome::figures)
                    .filter(figures -> figures.savedStep() > 0)
                    .ifPresent(figures -> losses.saved(figures.savedStep()));
            if (outcome.filter(Outcome::lost).isPresent()) {
                losses.lost(number, outcome.get().worker());
            } else if (outcome.filter(Outcome::inVain).isPresent()) {
                losses.deviceFailed(number, outcome.get().worker());
            } else if (outcome.isEmpty()) {
                losses.unseen(number);
            }
            if (death.isPresent()) {
                losses.explain(number);
            }
            outcome.flatMap(Outcome::failure)
                    .filter(failure -> failure.getKind() == FailureKind.FAILURE_KIND_DEVICE)
                    .ifPresent(
                            failure -> losses.deviceFailed(number, outcome.get().worker()));
            outcome.filter(ended -> ended.failure().isPresent())
                    .or(() -> death.filter(ended -> ended.failure().isPresent()))
                    .ifPresent(this::failed);
        }

        private void failed(Outcome ended) {
            TaskFailure failure = ended.failure().orElseThrow();
            if (Charges.isCharged(failure.getKind())) {
                charged++;
                chargedOn.add(ended.worker());
            }
            quarantined |= ended.last().orElse(Charges.wasFinal(failure.getKind(), charged));
            latest = Optional.of(failure);
        }

        /** Whether there is something to pardon. */
        boolean isHeldAgainst() {
            return latest.isPresent() || losses.inVain() > 0;
        }

        void pardon() {
            charged = 0;
            chargedOn.clear();
            latest = Optional.empty();
            quarantined = false;
            losses.pardon();
        }

        TaskHistory history() {
            return new TaskHistory(
                    false,
                    Optional.empty(),
                    attempts,
                    underWay,
                    charged,
                    latest,
                    quarantined,
                    losses,
                    Set.copyOf(chargedOn));
        }
    }
}
