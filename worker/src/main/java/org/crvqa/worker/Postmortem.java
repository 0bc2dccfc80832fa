package org.crvqa.worker;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import java.util.Map;
import java.util.Optional;
import org.crvqa.task.v1.WorkerDeath;
import org.crvqa.task.v1.WorkerDeathCause;
import org.crvqa.worker.ControlGroup.Memory;

/**
 * What a process died of, from what it and others left: its marker, the JVM's crash report, the note of its parent, and the
 * counts of its control group. Nothing is guessed: a cause is named where something tells it, and the detail says what.
 */
final class Postmortem {
    // Fields of the marker.
    static final String KEY = "key";
    static final String ATTEMPT = "attempt";
    static final String PID = "pid";
    static final String RUN = "run";
    static final String KILLS = "memory_kills";
    static final String GROUP = "memory_group";
    static final String USED = "memory_used_bytes";
    static final String LIMIT = "memory_limit_bytes";
    static final String ENDED_FOR = "ended_for";

    private static final int SIGNALS = 128;

    /** Signals by which a process ends for its own fault. */
    private static final Map<Integer, String> FAULTS =
            Map.of(4, "SIGILL", 6, "SIGABRT", 7, "SIGBUS", 8, "SIGFPE", 11, "SIGSEGV");

    private final Struct marker;
    private final long pid;

    private Postmortem(Struct marker) {
        this.marker = marker;
        this.pid = (long) value(PID);
    }

    /** {@code now}: of the process that asks, which may be in another control group. */
    static WorkerDeath of(Struct marker, Optional<Memory> now, CrashReports crashes, ExitNotes exits) {
        Postmortem postmortem = new Postmortem(marker);
        Optional<CrashReports.Report> crash = crashes.take(postmortem.pid);
        Optional<ExitNotes.Note> note = exits.of(postmortem.words(RUN));
        return postmortem
                .itself()
                .or(() -> crash.map(postmortem::crashed))
                .or(() -> postmortem.countedKill(note, now))
                .or(() -> note.map(postmortem::ended))
                .or(() -> postmortem.stoodAtLimit(now))
                .orElseGet(() -> postmortem.death(
                        WorkerDeathCause.WORKER_DEATH_CAUSE_UNSPECIFIED,
                        "ended without a word: killed, or its machine went down"));
    }

    private Optional<WorkerDeath> itself() {
        return marker.containsFields(ENDED_FOR)
                ? Optional.of(death(
                        WorkerDeathCause.WORKER_DEATH_CAUSE_HEAP,
                        "ended itself for want of memory: " + words(ENDED_FOR)))
                : Optional.empty();
    }

    private WorkerDeath crashed(CrashReports.Report crash) {
        return crash.outOfMemory()
                ? death(
                        WorkerDeathCause.WORKER_DEATH_CAUSE_HEAP,
                        "ended because the JVM's own memory was exhausted; its report is " + crash.file())
                : death(WorkerDeathCause.WORKER_DEATH_CAUSE_CRASH, "crashed; its report is " + crash.file());
    }

    /** By the parent's count, which is of the same group, or by the present one where the group is still the same. */
    private Optional<WorkerDeath> countedKill(Optional<ExitNotes.Note> note, Optional<Memory> now) {
        if (!marker.containsFields(KILLS)) {
            return Optional.empty();
        }
        long before = (long) value(KILLS);
        return note.flatMap(ExitNotes.Note::memoryKills)
                .or(() -> now.filter(this::isSameGroup).map(Memory::kills))
                .filter(after -> after > before)
                .map(after -> death(
                        WorkerDeathCause.WORKER_DEATH_CAUSE_MEMORY,
                        "was killed by the kernel for memory (oom_kill of its control group went from " + before
                                + " to " + after + ")"));
    }

    private WorkerDeath ended(ExitNotes.Note note) {
        if (note.status() == OutOfMemory.STATUS) {
            return death(
                    WorkerDeathCause.WORKER_DEATH_CAUSE_HEAP,
                    "ended with status " + OutOfMemory.STATUS + ", as a JVM does whose own memory is exhausted");
        }
        String fault = FAULTS.get(note.status() - SIGNALS);
        if (fault != null) {
            return death(
                    WorkerDeathCause.WORKER_DEATH_CAUSE_CRASH,
                    "was ended by " + fault + " (status " + note.status() + ") and left no report");
        }
        return death(
                WorkerDeathCause.WORKER_DEATH_CAUSE_UNSPECIFIED,
                "ended with status " + note.status() + "; the kernel counted no kill for memory");
    }

    /** Where the whole container is killed at once, nobody is left to count: the latest look at its memory is. */
    private Optional<WorkerDeath> stoodAtLimit(Optional<Memory> now) {
        if (!marker.containsFields(GROUP) || now.filter(this::isSameGroup).isPresent()) {
            return Optional.empty();
        }
        Memory last = new Memory(words(GROUP), 0, (long) value(USED), (long) value(LIMIT));
        return last.isAtLimit()
                ? Optional.of(death(
                        WorkerDeathCause.WORKER_DEATH_CAUSE_MEMORY,
                        "ended with its whole container, most likely killed for memory: at the latest heartbeat "
                                + last.usedBytes() + " of the " + last.limitBytes()
                                + " bytes that the container may have were in use, cached files not counted"))
                : Optional.empty();
    }

    private boolean isSameGroup(Memory now) {
        return now.group().equals(words(GROUP));
    }

    private WorkerDeath death(WorkerDeathCause cause, String what) {
        return WorkerDeath.newBuilder()
                .setKey(words(KEY))
                .setAttempt((int) value(ATTEMPT))
                .setCause(cause)
                .setDetail("Process " + pid + " " + what)
                .build();
    }

    private String words(String field) {
        return marker.getFieldsOrDefault(field, text("")).getStringValue();
    }

    private double value(String field) {
        return marker.getFieldsOrDefault(field, number(0)).getNumberValue();
    }

    static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }

    static Value number(double number) {
        return Value.newBuilder().setNumberValue(number).build();
    }
}
