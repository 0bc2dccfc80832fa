package org.crvqa.study.attempt;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.CanonicalJson;
import org.crvqa.coordinator.v1.AttemptOutcome;
import org.crvqa.task.v1.FailureKind;
import org.crvqa.task.v1.TaskFailure;

/**
 * How an attempt ended, as the store keeps it.
 *
 * @param word "failed", "lost", "killed for memory", ...
 * @param worker host:port
 * @param cause for people
 * @param failure when it counts as one
 * @param figures what it had reached
 * @param last whether the task was given up for it; empty: recorded by a release that did not say so
 */
public record Outcome(
        String word,
        String worker,
        String cause,
        Optional<TaskFailure> failure,
        AttemptFigures figures,
        Optional<Boolean> last) {
    private static final String FAILED = "failed";
    private static final String LOST = "lost";
    private static final String STALLED = "stalled";

    /** {@code charged}: the failure with which it counts against the task; {@code last}: the task is given up for it. */
    public static Outcome of(
            Ending ending, String worker, AttemptFigures figures, Optional<TaskFailure> charged, boolean last) {
        Optional<TaskFailure> failure =
                ending instanceof Ending.Failed failed ? Optional.of(failed.failure()) : charged;
        return new Outcome(ending.word(), worker, ending.reason(), failure, figures, Optional.of(last));
    }

    /** The same, knowing whether the task was given up for it. */
    public Outcome last(boolean isLast) {
        return new Outcome(word, worker, cause, failure, figures, Optional.of(isLast));
    }

    /** Whether the worker had taken the task, or its device, with it. */
    public boolean inVain() {
        return lost() || word.equals(STALLED);
    }

    /** As clients see it. */
    public AttemptOutcome shown() {
        return switch (word) {
            case FAILED -> AttemptOutcome.ATTEMPT_OUTCOME_FAILED;
            case LOST -> AttemptOutcome.ATTEMPT_OUTCOME_LOST;
            case STALLED -> AttemptOutcome.ATTEMPT_OUTCOME_STALLED;
            case "interrupted" -> AttemptOutcome.ATTEMPT_OUTCOME_INTERRUPTED;
            case "refused", "not taken" -> AttemptOutcome.ATTEMPT_OUTCOME_REFUSED;
            case "store unavailable" -> AttemptOutcome.ATTEMPT_OUTCOME_STORE_UNAVAILABLE;
            // What a worker said of its own death.
            default ->
                failure.isPresent() ? AttemptOutcome.ATTEMPT_OUTCOME_FAILED : AttemptOutcome.ATTEMPT_OUTCOME_OTHER;
        };
    }

    /** A later coordinator may hear from the worker why it was lost. */
    public boolean lost() {
        return word.equals(LOST);
    }

    /** As the store keeps it, written at this time. */
    public byte[] json(Instant time) {
        Struct.Builder fields = Struct.newBuilder()
                .putFields("outcome", text(word))
                .putFields("worker", text(worker))
                .putFields("time", text(time.toString()))
                .putFields("cause", text(cause));
        failure.ifPresent(failed ->
                fields.putFields("kind", text(failed.getKind().name())).putFields("advice", text(failed.getAdvice())));
        if (!figures.equals(AttemptFigures.NONE)) {
            fields.putFields("ran_seconds", number(seconds(figures.ran())))
                    .putFields("lost_seconds", number(seconds(figures.lost())))
                    .putFields("step", number((double) figures.step()))
                    .putFields("checkpointed_step", number((double) figures.savedStep()));
        }
        last.ifPresent(isLast -> fields.putFields(
                "final", Value.newBuilder().setBoolValue(isLast).build()));
        return CanonicalJson.of(fields.build()).getBytes(StandardCharsets.UTF_8);
    }

    /** @throws ArtifactCorruptException when it is not JSON */
    public static Outcome parse(ArtifactKey key, byte[] content) {
        Struct.Builder fields = Struct.newBuilder();
        try {
            JsonFormat.parser().merge(new String(content, StandardCharsets.UTF_8), fields);
        } catch (InvalidProtocolBufferException e) {
            throw new ArtifactCorruptException("An outcome below tasks/" + key + "/attempts is not JSON", e);
        }
        String word = text(fields, "outcome");
        String kind = text(fields, "kind");
        Optional<TaskFailure> failure = word.equals(FAILED) || !kind.isEmpty()
                ? Optional.of(TaskFailure.newBuilder()
                        .setKind(kind(kind))
                        .setCause(text(fields, "cause"))
                        .setAdvice(text(fields, "advice"))
                        .build())
                : Optional.empty();
        AttemptFigures figures = new AttemptFigures(
                duration(fields, "ran_seconds"), duration(fields, "lost_seconds"), (long) number(fields, "step"), (long)
                        number(fields, "checkpointed_step"));
        Optional<Boolean> last = fields.containsFields("final")
                ? Optional.of(fields.getFieldsOrThrow("final").getBoolValue())
                : Optional.empty();
        return new Outcome(word, text(fields, "worker"), text(fields, "cause"), failure, figures, last);
    }

    /** Another version may know kinds that this one does not: such a failure counts like one without a kind. */
    private static FailureKind kind(String name) {
        var known = FailureKind.getDescriptor().findValueByName(name);
        return known == null ? FailureKind.FAILURE_KIND_UNSPECIFIED : FailureKind.valueOf(known);
    }

    private static Duration duration(Struct.Builder fields, String name) {
        return Duration.ofMillis(Math.round(number(fields, name) * 1000));
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    private static String text(Struct.Builder fields, String name) {
        return fields.getFieldsOrDefault(name, Value.getDefaultInstance()).getStringValue();
    }

    private static double number(Struct.Builder fields, String name) {
        return fields.getFieldsOrDefault(name, Value.getDefaultInstance()).getNumberValue();
    }

    private static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }

    private static Value number(double number) {
        return Value.newBuilder().setNumberValue(number).build();
    }
}
