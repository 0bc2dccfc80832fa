package org.crvqa.coordinator.dispatch;

import io.grpc.Status;
import java.time.Instant;
import java.util.Map;
import org.crvqa.coordinator.dispatch.AttemptEvent.Abandoned;
import org.crvqa.coordinator.dispatch.AttemptEvent.Accepts;
import org.crvqa.coordinator.dispatch.AttemptEvent.Claimed;
import org.crvqa.coordinator.dispatch.AttemptEvent.ClaimedTooLate;
import org.crvqa.coordinator.dispatch.AttemptEvent.FallsSilent;
import org.crvqa.coordinator.dispatch.AttemptEvent.Found;
import org.crvqa.coordinator.dispatch.AttemptEvent.Joined;
import org.crvqa.coordinator.dispatch.AttemptEvent.NotFound;
import org.crvqa.coordinator.dispatch.AttemptEvent.NotLeading;
import org.crvqa.coordinator.dispatch.AttemptEvent.Overtaken;
import org.crvqa.coordinator.dispatch.AttemptEvent.Progresses;
import org.crvqa.coordinator.dispatch.AttemptEvent.Resumes;
import org.crvqa.coordinator.dispatch.AttemptEvent.Saves;
import org.crvqa.coordinator.dispatch.AttemptEvent.SaysCompleted;
import org.crvqa.coordinator.dispatch.AttemptEvent.SaysFailed;
import org.crvqa.coordinator.dispatch.AttemptEvent.SaysInterrupted;
import org.crvqa.coordinator.dispatch.AttemptEvent.Stalls;
import org.crvqa.coordinator.dispatch.AttemptEvent.StoreFailed;
import org.crvqa.coordinator.dispatch.AttemptEvent.StreamEnds;
import org.crvqa.coordinator.dispatch.AttemptEvent.Unwanted;
import org.crvqa.coordinator.dispatch.AttemptEvent.Withdrawn;
import org.crvqa.coordinator.dispatch.AttemptState.Accepted;
import org.crvqa.coordinator.dispatch.AttemptState.Called;
import org.crvqa.coordinator.dispatch.AttemptState.Completing;
import org.crvqa.coordinator.dispatch.AttemptState.Over;
import org.crvqa.coordinator.dispatch.AttemptState.Reached;
import org.crvqa.coordinator.dispatch.AttemptState.Reserved;
import org.crvqa.coordinator.dispatch.AttemptTable.Step;
import org.crvqa.study.attempt.Ending;
import org.crvqa.task.v1.FailureKind;
import org.crvqa.task.v1.TaskFailure;

/**
 * The life of one attempt, as a pure function. A dash: it cannot happen there; a dot: it comes late and changes nothing;
 * (stop): the worker is told to stop.
 *
 * <pre>
 * event           | Reserved     | Called            | Accepted           | Completing  | Over
 * ----------------+--------------+-------------------+--------------------+-------------+-----
 * Found           | done         | done (stop)       | done (stop)        | done        | .
 * NotFound        | -            | .                 | .                  | unfit       | .
 * NotLeading      | released     | -                 | -                  | -           | .
 * Claimed         | → Called     | -                 | -                  | -           | .
 * ClaimedTooLate  | refused      | -                 | -                  | -           | .
 * StoreFailed     | store's fault| .                 | .                  | store's fault| .
 * Joined          | → Called or Accepted | -         | -                  | -           | -
 * Accepts         | -            | → Accepted        | → Accepted         | .           | .
 * Progresses      | -            | → Accepted        | → Accepted         | .           | .
 * Resumes         | -            | → Accepted        | → Accepted         | .           | .
 * Saves           | -            | → Accepted        | → Accepted         | .           | .
 * SaysCompleted   | -            | → Completing      | → Completing       | .           | .
 * SaysFailed      | -            | failed            | failed             | .           | .
 * SaysInterrupted | -            | interrupted       | interrupted        | .           | .
 * StreamEnds      | -            | refused, unfit, not taken | lost       | .           | .
 * FallsSilent     | .            | not taken         | lost               | .           | .
 * Stalls          | .            | .                 | stalled (stop)     | .           | .
 * Overtaken       | .            | .                 | interrupted (stop) | .           | .
 * Unwanted        | released     | released (stop)   | released (stop)    | released (stop) | .
 * Withdrawn       | released     | interrupted (stop) | interrupted (stop) | .          | .
 * Abandoned       | released     | released          | released           | released    | .
 * </pre>
 *
 * Words without an arrow lead to Over. The answers of the store are awaited without a bound: its client has one.
 */
final class AttemptSteps {
    /** The table above. */
    static final AttemptTable TABLE = new AttemptTable(Map.of(
            Reserved.class, reserved(),
            Called.class, called(),
            Accepted.class, accepted(),
            Completing.class, completing(),
            Over.class, over()));

    private static final String PAUSED = "its experiment was paused";

    private AttemptSteps() {}

    /** @throws IllegalStateException when the event cannot happen in this state */
    static Step step(AttemptState state, AttemptEvent event) {
        return TABLE.step(state, event);
    }

    private static AttemptTable.Column<Reserved> reserved() {
        return new AttemptTable.Column<Reserved>()
                .on(Found.class, (state, found) -> done(state, found))
                .on(NotLeading.class, (state, event) -> release(state))
                .on(
                        Claimed.class,
                        (state, claimed) -> Step.to(new Called(claimed.number()), new AttemptEffect.Call("")))
                .on(ClaimedTooLate.class, (state, late) -> end(late.number(), new Ending.Refused(late.why())))
                .on(StoreFailed.class, (state, failed) -> end(0, failed.ending()))
                .on(Joined.class, (state, joined) -> joined(joined))
                .late(FallsSilent.class, Stalls.class, Overtaken.class)
                .on(Unwanted.class, (state, event) -> release(state))
                .on(Withdrawn.class, (state, event) -> release(state))
                .on(Abandoned.class, (state, event) -> release(state));
    }

    private static Step joined(Joined joined) {
        AttemptEffect call = new AttemptEffect.Call("found running, listening again");
        return joined.before()
                .map(before -> Step.to(new Accepted(joined.number(), before), call))
                .orElseGet(() -> Step.to(new Called(joined.number()), call));
    }

    /** A word that it has the task may not have arrived, where one that follows from it has. */
    private static AttemptTable.Column<Called> called() {
        return new AttemptTable.Column<Called>()
                .on(Found.class, (state, found) -> stopDone(state, found))
                .late(NotFound.class, StoreFailed.class, Stalls.class, Overtaken.class)
                .on(Accepts.class, (state, accepts) -> accepts(taken(state, accepts.at()), accepts))
                .on(Progresses.class, (state, progresses) -> progresses(taken(state, progresses.at()), progresses))
                .on(Resumes.class, (state, resumes) -> resumes(taken(state, resumes.at()), resumes))
                .on(Saves.class, (state, saves) -> saves(taken(state, saves.at()), saves))
                .on(SaysCompleted.class, (state, event) -> completes(state))
                .on(SaysFailed.class, (state, failed) -> end(state.number(), new Ending.Failed(failed.failure())))
                .on(
                        SaysInterrupted.class,
                        (state, interrupted) -> end(state.number(), new Ending.Interrupted(interrupted.reason())))
                .on(StreamEnds.class, AttemptSteps::refused)
                .on(FallsSilent.class, (state, silent) -> end(state.number(), new Ending.NotTaken(noWord(silent))))
                .on(Unwanted.class, (state, event) -> stop(state))
                .on(Withdrawn.class, (state, event) -> stopEnd(state, new Ending.Interrupted(PAUSED)))
                .on(Abandoned.class, (state, event) -> release(state));
    }

    private static Accepted taken(Called state, Instant at) {
        return new Accepted(state.number(), Reached.nothing(at));
    }

    private static AttemptTable.Column<Accepted> accepted() {
        return new AttemptTable.Column<Accepted>()
                .on(Found.class, (state, found) -> stopDone(state, found))
                .late(NotFound.class, StoreFailed.class)
                .on(Accepts.class, AttemptSteps::accepts)
                .on(Progresses.class, AttemptSteps::progresses)
                .on(Resumes.class, AttemptSteps::resumes)
                .on(Saves.class, AttemptSteps::saves)
                .on(SaysCompleted.class, (state, event) -> completes(state))
                .on(SaysFailed.class, (state, failed) -> end(state.number(), new Ending.Failed(failed.failure())))
                .on(
                        SaysInterrupted.class,
                        (state, interrupted) -> end(state.number(), new Ending.Interrupted(interrupted.reason())))
                .on(StreamEnds.class, (state, ends) -> end(state.number(), new Ending.Lost(broke(ends))))
                .on(FallsSilent.class, (state, silent) -> end(state.number(), new Ending.Lost(noWord(silent))))
                .on(
                        Stalls.class,
                        (state, stalls) -> stopEnd(
                                state,
                                new Ending.Stalled("the work on " + stalls.worker() + " has given no sign for "
                                        + stalls.since().toSeconds() + " s, though the worker lives")))
                .on(
                        Overtaken.class,
                        (state, overtaken) -> stopEnd(
                                state, new Ending.Interrupted(overtaken.by() + " runs it too and is further along")))
                .on(Unwanted.class, (state, event) -> stop(state))
                .on(Withdrawn.class, (state, event) -> stopEnd(state, new Ending.Interrupted(PAUSED)))
                .on(Abandoned.class, (state, event) -> release(state));
    }

    private static AttemptTable.Column<Completing> completing() {
        return new AttemptTable.Column<Completing>()
                .on(Found.class, (state, found) -> done(state, found))
                .on(NotFound.class, (state, event) -> end(state.number(), new Ending.Unfit(withoutManifest(), false)))
                .on(StoreFailed.class, (state, failed) -> end(state.number(), failed.ending()))
                .late(
                        Accepts.class,
                        Progresses.class,
                        Resumes.class,
                        Saves.class,
                        SaysCompleted.class,
                        SaysFailed.class,
                        SaysInterrupted.class,
                        StreamEnds.class,
                        FallsSilent.class,
                        Stalls.class,
                        Overtaken.class,
                        Withdrawn.class)
                .on(Unwanted.class, (state, event) -> stop(state))
                .on(Abandoned.class, (state, event) -> release(state));
    }

    private static AttemptTable.Column<Over> over() {
        return new AttemptTable.Column<Over>().allLateBut(Joined.class);
    }

    private static Step accepts(Accepted state, Accepts accepts) {
        return Step.to(new Accepted(Math.max(1, accepts.number()), state.reached()), new AttemptEffect.ShowAccepted());
    }

    private static Step progresses(Accepted state, Progresses progresses) {
        Reached reached = state.reached().at(progresses.progress().getStep());
        return Step.to(new Accepted(state.number(), reached), new AttemptEffect.ShowProgress(progresses.progress()));
    }

    private static Step resumes(Accepted state, Resumes resumes) {
        long steps = resumes.resumed().getStep();
        return Step.to(
                new Accepted(state.number(), state.reached().saved(steps, resumes.at())),
                new AttemptEffect.NoteSaved(steps),
                new AttemptEffect.ShowResumed(resumes.resumed()));
    }

    private static Step saves(Accepted state, Saves saves) {
        return Step.to(
                new Accepted(state.number(), state.reached().saved(saves.steps(), saves.at())),
                new AttemptEffect.NoteSaved(saves.steps()));
    }

    private static Step completes(AttemptState state) {
        return Step.to(new Completing(state.number(), state.progress()), new AttemptEffect.AskStore());
    }

    /** The status of a call that was not accepted says why. */
    private static Step refused(Called state, StreamEnds ends) {
        String says = ends.worker() + " refused the task: " + text(ends.status());
        return switch (ends.status().getCode()) {
            case RESOURCE_EXHAUSTED -> end(state.number(), new Ending.Refused(ends.worker() + " is busy"));
            case FAILED_PRECONDITION ->
                Step.to(
                        new Over(state.number()),
                        new AttemptEffect.Challenge(says),
                        new AttemptEffect.Release(),
                        new AttemptEffect.End(new Ending.Refused(says)));
            case INVALID_ARGUMENT, UNIMPLEMENTED, PERMISSION_DENIED ->
                end(
                        state.number(),
                        new Ending.Unfit(
                                internal("Worker " + says, "Run the same version of all services."),
                                says.contains("algorithm version")));
            default -> end(state.number(), new Ending.NotTaken(broke(ends)));
        };
    }

    private static Step release(AttemptState state) {
        return Step.to(new Over(state.number()), new AttemptEffect.Release());
    }

    private static Step stop(AttemptState state) {
        return Step.to(new Over(state.number()), new AttemptEffect.Release(), new AttemptEffect.CancelAtWorker());
    }

    private static Step done(AttemptState state, Found found) {
        return Step.to(new Over(state.number()), new AttemptEffect.Release(), new AttemptEffect.Done(found.manifest()));
    }

    private static Step stopDone(AttemptState state, Found found) {
        return Step.to(
                new Over(state.number()),
                new AttemptEffect.Release(),
                new AttemptEffect.CancelAtWorker(),
                new AttemptEffect.Done(found.manifest()));
    }

    private static Step end(int number, Ending ending) {
        return Step.to(new Over(number), new AttemptEffect.Release(), new AttemptEffect.End(ending));
    }

    private static Step stopEnd(AttemptState state, Ending ending) {
        return Step.to(
                new Over(state.number()),
                new AttemptEffect.Release(),
                new AttemptEffect.CancelAtWorker(),
                new AttemptEffect.End(ending));
    }

    private static String noWord(FallsSilent silent) {
        return "no word from " + silent.worker() + " for " + silent.since().toSeconds() + " s";
    }

    private static String broke(StreamEnds ends) {
        return "the stream from " + ends.worker() + " broke (" + text(ends.status()) + ")";
    }

    private static String text(Status status) {
        return status.getCode() + (status.getDescription() == null ? "" : ": " + status.getDescription());
    }

    private static TaskFailure withoutManifest() {
        return internal(
                "Its worker says that it is complete, but the coordinator's store has no manifest of it",
                "Give the worker the same CRVQA_STORE as the coordinator.");
    }

    private static TaskFailure internal(String cause, String advice) {
        return TaskFailure.newBuilder()
                .setKind(FailureKind.FAILURE_KIND_INTERNAL)
                .setCause(cause)
                .setAdvice(advice)
                .build();
    }
}
