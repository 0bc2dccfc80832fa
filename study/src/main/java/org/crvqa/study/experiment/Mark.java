package org.crvqa.study.experiment;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.CanonicalJson;
import org.crvqa.coordinator.v1.ExperimentState;

/**
 * One step in the course of an experiment.
 *
 * @param term of the leader that wrote it; 0 where there is no election
 * @param end how it ended, for {@link Kind#ENDED} and for nothing else
 */
public record Mark(Kind kind, long term, Optional<EndedRecord> end) {
    /** What happened. */
    public enum Kind {
        /** A leader took it, or somebody retried it: what its tasks say holds. */
        OPEN,
        /** Somebody asked to cancel it: cancelled, unless all of its tasks have ended. */
        CANCEL,
        /** Nothing of it runs any more. */
        ENDED
    }

    /** Before the first. */
    public static final Mark NONE = open(0);

    private static final String STATE = "EXPERIMENT_STATE_";

    public Mark {
        if (end.isPresent() != (kind == Kind.ENDED)) {
            throw new IllegalArgumentException("A mark " + kind + (end.isPresent() ? " with" : " without") + " an end");
        }
    }

    /** See {@link Kind#OPEN}. */
    public static Mark open(long term) {
        return new Mark(Kind.OPEN, term, Optional.empty());
    }

    /** See {@link Kind#CANCEL}. */
    public static Mark cancel(long term) {
        return new Mark(Kind.CANCEL, term, Optional.empty());
    }

    /** See {@link Kind#ENDED}. */
    public static Mark ended(long term, EndedRecord end) {
        return new Mark(Kind.ENDED, term, Optional.of(end));
    }

    byte[] encode() {
        Struct.Builder content =
                Struct.newBuilder().putFields("mark", text(kind.name())).putFields("term", text(Long.toString(term)));
        end.ifPresent(ended -> content.putFields(
                        "state", text(ended.state().name().substring(STATE.length())))
                .putFields("tasks_done", number(ended.tasksDone()))
                .putFields("tasks_failed", number(ended.tasksFailed()))
                .putFields("tasks_cancelled", number(ended.tasksCancelled()))
                .putFields("submitted", text(ended.submitted().toString()))
                .putFields("ended", text(ended.ended().toString())));
        return CanonicalJson.of(content.build()).getBytes(StandardCharsets.UTF_8);
    }

    /** @throws ArtifactCorruptException when it is none */
    static Mark decode(String name, byte[] content) {
        Struct.Builder fields = Struct.newBuilder();
        try {
            JsonFormat.parser().merge(new String(content, StandardCharsets.UTF_8), fields);
            Kind kind = Kind.valueOf(string(fields, "mark"));
            Optional<EndedRecord> end = kind == Kind.ENDED ? Optional.of(end(fields)) : Optional.empty();
            return new Mark(kind, Long.parseLong(string(fields, "term")), end);
        } catch (InvalidProtocolBufferException | IllegalArgumentException | DateTimeException e) {
            throw new ArtifactCorruptException(name + " is not a mark of an experiment: " + e.getMessage(), e);
        }
    }

    private static EndedRecord end(Struct.Builder fields) {
        return new EndedRecord(
                ExperimentState.valueOf(STATE + string(fields, "state")),
                count(fields, "tasks_done"),
                count(fields, "tasks_failed"),
                count(fields, "tasks_cancelled"),
                Instant.parse(string(fields, "submitted")),
                Instant.parse(string(fields, "ended")));
    }

    private static String string(Struct.Builder fields, String name) {
        return fields.getFieldsOrDefault(name, Value.getDefaultInstance()).getStringValue();
    }

    private static int count(Struct.Builder fields, String name) {
        return (int) fields.getFieldsOrDefault(name, Value.getDefaultInstance()).getNumberValue();
    }

    private static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }

    private static Value number(int number) {
        return Value.newBuilder().setNumberValue(number).build();
    }
}
