package org.crvqa.cli.experiment;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;
import org.crvqa.cli.console.Style;
import org.crvqa.coordinator.v1.AttemptOutcome;
import org.crvqa.coordinator.v1.EventKind;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.coordinator.v1.WorkKind;

/** Values of the wire contract in words. */
public final class Words {
    private static final DateTimeFormatter DATE = new DateTimeFormatterBuilder()
            .appendPattern("yyyy-MM-dd HH:mm:ss ")
            .appendOffset("+HH:MM", "UTC")
            .toFormatter(Locale.ROOT);

    private Words() {}

    /** "running", "succeeded", ... */
    public static String of(ExperimentState state) {
        return strip(state.name(), "EXPERIMENT_STATE_");
    }

    static String of(TaskState state) {
        return strip(state.name(), "TASK_STATE_");
    }

    static String of(TaskKind kind) {
        return strip(kind.name(), "TASK_KIND_");
    }

    static String of(AttemptOutcome outcome) {
        return strip(outcome.name(), "ATTEMPT_OUTCOME_");
    }

    static String of(EventKind kind) {
        return strip(kind.name(), "EVENT_KIND_");
    }

    /** "stage 1", "evaluation", ... */
    static String of(WorkKind stage) {
        return switch (stage) {
            case WORK_KIND_STAGE1 -> "stage 1";
            case WORK_KIND_STAGE2 -> "stage 2";
            case WORK_KIND_STAGE3 -> "stage 3";
            case WORK_KIND_EVALUATE -> "evaluation";
            case WORK_KIND_UNSPECIFIED, UNRECOGNIZED -> "other";
        };
    }

    static Style style(ExperimentState state) {
        return switch (state) {
            case EXPERIMENT_STATE_SUCCEEDED -> Style.GOOD;
            case EXPERIMENT_STATE_FAILED, EXPERIMENT_STATE_UNREADABLE -> Style.BAD;
            case EXPERIMENT_STATE_CANCELLED, EXPERIMENT_STATE_PAUSED -> Style.WARNING;
            case EXPERIMENT_STATE_RUNNING, EXPERIMENT_STATE_UNSPECIFIED, UNRECOGNIZED -> Style.ACTIVE;
        };
    }

    static java.time.Duration java(Duration duration) {
        return java.time.Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
    }

    /** "2026-11-27 12:00:00 UTC" or "2026-11-27 13:00:00 +01:00": people in other zones read it too. */
    public static String date(Timestamp timestamp, ZoneId zone) {
        return date(Instant.ofEpochSecond(timestamp.getSeconds()), zone);
    }

    /** "2026-11-27 12:00:00 UTC" or "2026-11-27 13:00:00 +01:00". */
    public static String date(Instant instant, ZoneId zone) {
        return DATE.format(instant.atZone(zone));
    }

    private static String strip(String name, String prefix) {
        return (name.startsWith(prefix) ? name.substring(prefix.length()) : name)
                .toLowerCase(Locale.ROOT)
                .replace('_', ' ');
    }
}
