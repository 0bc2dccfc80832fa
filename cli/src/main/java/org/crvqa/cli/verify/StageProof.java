package org.crvqa.cli.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.cli.ExitCode;
import org.crvqa.cli.client.WorkerException;
import org.crvqa.task.v1.FailureKind;
import org.crvqa.task.v1.TaskFailure;
import org.crvqa.task.v1.TaskSpec;

/**
 * Runs one stage twice: whole, and killed at random steps. Where states come too seldom for the kills, both runs get more
 * steps.
 */
final class StageProof {
    /** The task of a stage. */
    @FunctionalInterface
    interface Task {
        /** With so many steps, under a key that only {@code replica} makes another. */
        TaskSpec of(int steps, String replica);
    }

    private record Whole(int steps, Manifest manifest, int cadence) {}

    private static final int LONGER_WHOLE_RUNS = 3;
    // Without a state there is no telling how many steps would do.
    private static final int GROWTH = 4;
    // Attempts that end neither by a kill nor with a result: drained, or killed by someone else.
    private static final int STRAY_ATTEMPTS = 5;

    private final String stage;
    private final ProofWorker worker;
    private final ProofSettings settings;
    private final RandomGenerator random;
    private final Consumer<String> messages;

    StageProof(
            String stage,
            ProofWorker worker,
            ProofSettings settings,
            RandomGenerator random,
            Consumer<String> messages) {
        this.stage = stage;
        this.worker = worker;
        this.settings = settings;
        this.random = random;
        this.messages = messages;
    }

    /** Both runs; {@code replica} begins the names of both. */
    StageResult run(Task task, String replica) throws InterruptedException {
        Whole whole = whole(task, replica + "/whole");
        if (whole.cadence() == 0) {
            return new StageResult(
                    stage, worker.address(), whole.steps(), 0, List.of(), whole.manifest(), Optional.empty());
        }
        List<Kill> kills = new ArrayList<>();
        Manifest killed = killed(task.of(whole.steps(), replica + "/killed"), whole, kills);
        return new StageResult(
                stage, worker.address(), whole.steps(), whole.cadence(), kills, whole.manifest(), Optional.of(killed));
    }

    private Whole whole(Task task, String replica) throws InterruptedException {
        int steps = settings.steps();
        Whole whole = wholeOf(task, steps, replica);
        for (int i = 0; i < LONGER_WHOLE_RUNS && settings.mayGrow(); i++) {
            int needed = whole.cadence() == 0
                    ? Math.multiplyExact(steps, GROWTH)
                    : KillSchedule.stepsNeeded(settings.kills(), whole.cadence());
            if (needed <= steps) {
                return whole;
            }
            messages.accept("%s: %s in %d steps; trying %d steps"
                    .formatted(
                            stage,
                            whole.cadence() == 0
                                    ? "no state was saved"
                                    : "states are up to " + whole.cadence() + " steps apart",
                            steps,
                            needed));
            steps = needed;
            whole = wholeOf(task, steps, replica);
        }
        return whole;
    }

    private Whole wholeOf(Task task, int steps, String replica) throws InterruptedException {
        Attempt attempt = worker.run(task.of(steps, replica), 1, 0, stage + ", whole");
        refuseFailure(attempt);
        if (attempt.manifest().isEmpty() || attempt.resumedStep().isPresent()) {
            throw new WorkerException(
                    ExitCode.FAILED,
                    "The run of " + stage + " that was to be undisturbed was cut short on the " + worker.label() + " ("
                            + attempt.end() + ")",
                    "Its log says why. Run the proof again.");
        }
        return new Whole(steps, attempt.manifest().get(), KillSchedule.cadence(attempt.states()));
    }

    private Manifest killed(TaskSpec spec, Whole whole, List<Kill> kills) throws InterruptedException {
        KillSchedule schedule = new KillSchedule(random, settings.kills(), whole.steps(), whole.cadence());
        int before = 0;
        int stray = 0;
        int number = 1;
        Optional<Integer> open = Optional.empty();
        while (true) {
            OptionalInt next = schedule.next(kills.size() + (open.isPresent() ? 1 : 0), before);
            int halt = next.orElse(0);
            String what = stage + ", attempt " + number + (halt > 0 ? ", killed at step " + halt : "");
            Attempt attempt = worker.run(spec, number, halt, what);
            number++;
            refuseFailure(attempt);
            if (open.isPresent()) {
                kills.add(kill(open.get(), attempt.resumedStep()));
                open = Optional.empty();
            }
            if (attempt.manifest().isPresent()) {
                return attempt.manifest().get();
            }
            if (halt > 0 && !attempt.end().isOk()) {
                open = Optional.of(halt);
                before = halt;
            } else if (++stray > STRAY_ATTEMPTS) {
                throw new WorkerException(
                        ExitCode.FAILED,
                        "The " + worker.label() + " ended " + stray + " attempts of " + stage
                                + " without a result, and nobody asked it to (" + attempt.end() + ")",
                        "Its log says why.");
            }
        }
    }

    private Kill kill(int step, OptionalLong resumedAt) {
        messages.accept(stage + ": killed after step " + step
                + (resumedAt.isPresent()
                        ? ", resumed at step " + resumedAt.getAsLong()
                        : ", began anew: no state had been saved"));
        return new Kill(step, resumedAt);
    }

    private void refuseFailure(Attempt attempt) {
        if (attempt.failure().isPresent()) {
            TaskFailure failure = attempt.failure().get();
            boolean theirs = failure.getKind() == FailureKind.FAILURE_KIND_USER_ERROR;
            throw new WorkerException(
                    theirs ? ExitCode.BAD_INPUT : ExitCode.FAILED,
                    "The " + worker.label() + " could not run " + stage + ": " + failure.getCause(),
                    failure.getAdvice());
        }
    }
}
