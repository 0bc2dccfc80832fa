package org.crvqa.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.crvqa.worker.WorkerFixture.keyOf;
import static org.crvqa.worker.WorkerFixture.training;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.crvqa.task.v1.TaskAssignment;
import org.crvqa.task.v1.WorkerDeath;
import org.crvqa.task.v1.WorkerDeathCause;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunningMarkerTest {
    @TempDir
    private Path folder;

    private Path memberships;
    private Path events;

    @BeforeEach
    void layOutAControlGroup() throws Exception {
        memberships = Files.writeString(folder.resolve("cgroup"), "0::/pods/worker\n");
        Files.createDirectories(folder.resolve("sys/pods/worker"));
        events = folder.resolve("sys/pods/worker/memory.events");
        kills(2);
    }

    @Test
    void death_taskEndedWell_isNone() {
        RunningMarker marker = marker();
        marker.begin(task());
        marker.end();
        assertThat(marker().death()).isEmpty();
    }

    @Test
    void death_diedInATask_namesTaskAndAttemptOnce() {
        marker().begin(task());

        WorkerDeath death = marker().death().orElseThrow();

        assertThat(death.getKey()).isEqualTo(training(1).getKey());
        assertThat(death.getAttempt()).isEqualTo(3);
        assertThat(death.getCause()).isEqualTo(WorkerDeathCause.WORKER_DEATH_CAUSE_UNSPECIFIED);
        assertThat(marker().death()).isEmpty();
    }

    @Test
    void death_kernelCountedAMemoryKillMeanwhile_isForMemory() throws Exception {
        marker().begin(task());
        kills(3);

        WorkerDeath death = marker().death().orElseThrow();

        assertThat(death.getCause()).isEqualTo(WorkerDeathCause.WORKER_DEATH_CAUSE_MEMORY);
        assertThat(death.getDetail()).contains("from 2 to 3");
    }

    @Test
    void death_crashReportIsThere_isACrash() throws Exception {
        marker().begin(task());
        Files.createFile(folder.resolve("hs_err_pid" + ProcessHandle.current().pid() + ".log"));
        assertThat(marker().death().orElseThrow().getCause()).isEqualTo(WorkerDeathCause.WORKER_DEATH_CAUSE_CRASH);
    }

    @Test
    void count_versionOneOfControlGroups_isReadToo() throws Exception {
        Files.writeString(memberships, "5:cpu:/\n4:memory:/box\n0::/\n");
        Files.createDirectories(folder.resolve("sys/memory/box"));
        Files.writeString(
                folder.resolve("sys/memory/box/memory.oom_control"), "oom_kill_disable 0\nunder_oom 0\noom_kill 7\n");
        assertThat(memoryKills().count()).contains(7L);
    }

    @Test
    void count_noControlGroups_isUnknown() {
        assertThat(new MemoryKills(folder.resolve("no"), folder.resolve("nothing")).count())
                .isEmpty();
    }

    private void kills(int count) throws Exception {
        Files.writeString(events, "low 0\noom 1\noom_kill " + count + "\n");
    }

    private MemoryKills memoryKills() {
        return new MemoryKills(folder.resolve("sys"), memberships);
    }

    private RunningMarker marker() {
        return new RunningMarker(folder.resolve("cache/running-9101.json"), folder, memoryKills());
    }

    private static RunningTask task() {
        TaskAssignment assignment = training(1);
        return new RunningTask(keyOf(assignment), assignment, "worker", InstantSource.system());
    }
}
