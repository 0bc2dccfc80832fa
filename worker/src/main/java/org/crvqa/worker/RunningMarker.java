package org.crvqa.worker;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.crvqa.task.v1.WorkerDeath;
import org.crvqa.task.v1.WorkerDeathCause;
import org.jboss.logging.Logger;

/**
 * A file in the cache folder that is there while a task runs. A process that finds one when it starts knows that the process
 * before it died in the middle of a task, and looks for what killed it: the coordinator tells a task that kills workers from
 * workers that are killed. Trouble with the file is logged only.
 */
final class RunningMarker {
    private static final Logger LOG = Logger.getLogger(RunningMarker.class);

    private final Path file;
    private final Path crashReports;
    private final MemoryKills memoryKills;

    /**
     * @param file one of this worker alone, the same one after a restart
     * @param crashReports folder in which a JVM that crashes leaves hs_err_pid files
     */
    RunningMarker(Path file, Path crashReports, MemoryKills memoryKills) {
        this.file = file;
        this.crashReports = crashReports;
        this.memoryKills = memoryKills;
    }

    /** A task begins. */
    void begin(RunningTask task) {
        Struct.Builder marker = Struct.newBuilder()
                .putFields("key", text(task.key().hex()))
                .putFields("attempt", number(task.assignment().getAttempt()))
                .putFields("pid", number(ProcessHandle.current().pid()));
        memoryKills.count().ifPresent(count -> marker.putFields("memory_kills", number(count)));
        try {
            Files.createDirectories(file.getParent());
            Path written = file.resolveSibling(file.getFileName() + ".new");
            Files.writeString(written, JsonFormat.printer().print(marker));
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.warnf("Could not write %s; should this process die, nobody will know why: %s", file, e);
        }
    }

    /** The task has ended, well or not. */
    void end() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warnf("Could not remove %s: %s", file, e);
        }
    }

    /** What the process before died of, when it died in a task; asked once, when the process starts. */
    Optional<WorkerDeath> death() {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            Struct.Builder marker = Struct.newBuilder();
            JsonFormat.parser().merge(Files.readString(file, StandardCharsets.UTF_8), marker);
            WorkerDeath death = death(marker.build());
            LOG.warnf("The worker before this one died in task %s: %s", death.getKey(), death.getDetail());
            return Optional.of(death);
        } catch (IOException e) {
            LOG.warnf("Could not read %s: %s", file, e);
            return Optional.empty();
        } finally {
            end();
        }
    }

    private WorkerDeath death(Struct marker) {
        long pid = (long) marker.getFieldsOrDefault("pid", number(0)).getNumberValue();
        WorkerDeath.Builder death = WorkerDeath.newBuilder()
                .setKey(marker.getFieldsOrDefault("key", text("")).getStringValue())
                .setAttempt(
                        (int) marker.getFieldsOrDefault("attempt", number(0)).getNumberValue());
        Optional<Long> now = memoryKills.count();
        boolean counted = marker.containsFields("memory_kills") && now.isPresent();
        long before =
                (long) marker.getFieldsOrDefault("memory_kills", number(0)).getNumberValue();
        if (counted && now.get() > before) {
            return death.setCause(WorkerDeathCause.WORKER_DEATH_CAUSE_MEMORY)
                    .setDetail(
                            "The kernel killed process " + pid + " for memory (oom_kill of its control group went from "
                                    + before + " to " + now.get() + ")")
                    .build();
        }
        Path crash = crashReports.resolve("hs_err_pid" + pid + ".log");
        if (Files.exists(crash)) {
            return death.setCause(WorkerDeathCause.WORKER_DEATH_CAUSE_CRASH)
                    .setDetail("Process " + pid + " crashed; its report is " + crash.toAbsolutePath())
                    .build();
        }
        return death.setDetail("Process " + pid + " ended without a word: killed, or its machine went down")
                .build();
    }

    private static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }

    private static Value number(double number) {
        return Value.newBuilder().setNumberValue(number).build();
    }
}
