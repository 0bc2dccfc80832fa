package org.crvqa.worker;

import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.crvqa.task.v1.WorkerDeath;
import org.crvqa.worker.ControlGroup.Memory;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A file in the cache folder that is there while a task runs. A process that finds one when it starts knows that the process
 * before it died in the middle of a task, and looks for what killed it: the coordinator tells a task that kills workers from
 * workers that are killed. What it found lies in a file of its own, and is told again after each start, until somebody who
 * has heard it gives the next task. Trouble with the files is logged only. Thread-safe.
 *
 * <pre>
 * a task begins            running.json appears; death.json goes, when it was told
 * a heartbeat              running.json gets what the control group says of memory
 * the task ends            running.json goes
 * the process starts       death.json is written from running.json, which goes
 * </pre>
 */
final class RunningMarker {
    private static final Logger LOG = Logger.getLogger(RunningMarker.class);

    /** A change of used memory that is worth a write, in parts of the limit. */
    private static final int WORTH_WRITING = 100;

    private final Path file;
    private final Path deathFile;
    private final String run;
    private final ControlGroup group;
    private @Nullable Struct running;
    private @Nullable Memory written;
    private @Nullable WorkerDeath death;
    private boolean told;

    /**
     * @param file one of this worker alone, the same one after a restart
     * @param run what the parent process calls this run; empty where there is none that writes down how it ends
     */
    RunningMarker(Path file, String run, ControlGroup group) {
        this.file = file;
        this.deathFile = file.resolveSibling("death-" + file.getFileName());
        this.run = run;
        this.group = group;
    }

    /** Looks what the process before died of, when it died in a task; once, when this process starts. */
    synchronized void recover(CrashReports crashes, ExitNotes exits) {
        Optional<Struct> left = read(file, Struct.newBuilder()).map(Struct.Builder::build);
        if (left.isPresent()) {
            WorkerDeath found = Postmortem.of(left.get(), group.memory(), crashes, exits);
            LOG.warnf("The worker before this one died in task %s: %s", found.getKey(), found.getDetail());
            write(deathFile, found);
            death = found;
        } else {
            death = read(deathFile, WorkerDeath.newBuilder())
                    .map(WorkerDeath.Builder::build)
                    .orElse(null);
        }
        remove(file);
        exits.clear();
        // What lies there under this process's own id is older than this process.
        crashes.take(ProcessHandle.current().pid());
    }

    /** How the process before died, when it died in a task. Whoever asks has heard it. */
    synchronized Optional<WorkerDeath> tellDeath() {
        told = true;
        return Optional.ofNullable(death);
    }

    /** A task begins. */
    synchronized void begin(RunningTask task) {
        if (told) {
            remove(deathFile);
        }
        Struct.Builder marker = Struct.newBuilder()
                .putFields(Postmortem.KEY, Postmortem.text(task.key().hex()))
                .putFields(
                        Postmortem.ATTEMPT, Postmortem.number(task.assignment().getAttempt()))
                .putFields(
                        Postmortem.PID,
                        Postmortem.number(ProcessHandle.current().pid()))
                .putFields(Postmortem.RUN, Postmortem.text(run));
        Optional<Memory> memory = group.memory();
        memory.ifPresent(now -> marker.putFields(Postmortem.KILLS, Postmortem.number(now.kills())));
        running = marker.build();
        written = null;
        write(memory);
    }

    /** Notes what the control group says of memory now; to be called now and then while a task runs. */
    synchronized void sample() {
        Optional<Memory> memory = running == null ? Optional.empty() : group.memory();
        if (memory.isPresent() && isWorthWriting(memory.get())) {
            write(memory);
        }
    }

    private boolean isWorthWriting(Memory now) {
        return now.limitBytes() > 0
                && (written == null
                        || Math.abs(now.usedBytes() - written.usedBytes()) > now.limitBytes() / WORTH_WRITING);
    }

    /** Notes why this process is about to end itself. */
    synchronized void endsFor(String reason) {
        if (running != null) {
            running = running.toBuilder()
                    .putFields(Postmortem.ENDED_FOR, Postmortem.text(reason))
                    .build();
            write(Optional.ofNullable(written));
        }
    }

    /** The task has ended, well or not. */
    synchronized void end() {
        running = null;
        remove(file);
    }

    private void write(Optional<Memory> memory) {
        Struct.Builder marker = running == null ? Struct.newBuilder() : running.toBuilder();
        memory.ifPresent(now -> {
            marker.putFields(Postmortem.GROUP, Postmortem.text(now.group()))
                    .putFields(Postmortem.USED, Postmortem.number(now.usedBytes()))
                    .putFields(Postmortem.LIMIT, Postmortem.number(now.limitBytes()));
            written = now;
        });
        write(file, marker);
    }

    private static void write(Path file, MessageOrBuilder content) {
        try {
            Files.createDirectories(file.getParent());
            Path next = file.resolveSibling(file.getFileName() + ".new");
            Files.writeString(next, JsonFormat.printer().print(content));
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.warnf("Could not write %s; should this process die, nobody will know why: %s", file, e);
        }
    }

    private static <B extends com.google.protobuf.Message.Builder> Optional<B> read(Path file, B into) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            JsonFormat.parser().ignoringUnknownFields().merge(Files.readString(file, StandardCharsets.UTF_8), into);
            return Optional.of(into);
        } catch (IOException e) {
            LOG.warnf("Could not read %s: %s", file, e);
            return Optional.empty();
        }
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warnf("Could not remove %s: %s", file, e);
        }
    }
}
