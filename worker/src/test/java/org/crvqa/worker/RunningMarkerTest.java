package org.crvqa.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.crvqa.worker.WorkerFixture.keyOf;
import static org.crvqa.worker.WorkerFixture.training;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.crvqa.task.v1.TaskAssignment;
import org.crvqa.task.v1.WorkerDeath;
import org.crvqa.task.v1.WorkerDeathCause;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the next process says of the death of the one before. Each {@link #start} is a process. */
class RunningMarkerTest {
    private static final long PID = ProcessHandle.current().pid();
    private static final String GIB = "1073741824";

    @TempDir
    private Path folder;

    private Path memberships;
    private Path group;

    @BeforeEach
    void layOutAControlGroup() throws Exception {
        memberships = Files.writeString(folder.resolve("cgroup"), "0::/pods/worker\n");
        group = folder.resolve("sys/pods/worker");
        container(2);
    }

    @Test
    void death_taskEndedWell_isNone() {
        RunningMarker marker = start();
        marker.begin(task());
        marker.end();
        assertThat(start().tellDeath()).isEmpty();
    }

    @Test
    void death_diedInATask_namesTaskAndAttempt() {
        start().begin(task());

        WorkerDeath death = death();

        assertThat(death.getKey()).isEqualTo(training(1).getKey());
        assertThat(death.getAttempt()).isEqualTo(3);
        assertThat(death.getCause()).isEqualTo(WorkerDeathCause.WORKER_DEATH_CAUSE_UNSPECIFIED);
    }

    @Test
    void death_nobodyHeardOfItYet_isToldByTheNextProcessToo() {
        start().begin(task());
        start();
        RunningMarker third = start();
        assertThat(third.tellDeath()).isPresent();

        third.begin(task());
        assertThat(third.tellDeath()).as("for the life of the process").isPresent();
        third.end();

        assertThat(start().tellDeath())
                .as("whoever gave the next task had heard it")
                .isEmpty();
    }

    @Test
    void death_taskGivenByOneWhoHasNotAsked_isKept() {
        start().begin(task());
        RunningMarker second = start();
        second.begin(task());
        second.end();

        assertThat(start().tellDeath()).isPresent();
    }

    @Test
    void death_kernelCountedAMemoryKillMeanwhile_isForMemory() throws Exception {
        start().begin(task());
        kills(3);

        WorkerDeath death = death();

        assertThat(death.getCause()).isEqualTo(WorkerDeathCause.WORKER_DEATH_CAUSE_MEMORY);
        assertThat(death.getDetail()).contains("from 2 to 3");
    }

    @Test
    void death_newContainerWhoseCountIsHigher_saysNothingOfTheOldOne() throws Exception {
        start().begin(task());
        container(5);
        assertThat(death().getCause()).isEqualTo(WorkerDeathCause.WORKER_DEATH_CAUSE_UNSPECIFIED);
    }

    @Test
    void death_wholeContainerGoneAtItsLimit_isForMemoryAndSaysHowItIsKnown() throws Exception {
        RunningMarker marker = start();
        marker.begin(task());
        used("1060000000");
        marker.sample();
        container(0);

        WorkerDeath death = death();

        assertThat(death.getCause()).isEqualTo(WorkerDeathCause.WORKER_DEATH_CAUSE_MEMORY);
        assertThat(death.getDetail()).contains("most likely", "1060000000 of the " + GIB + " bytes");
    }

    @Test
    void death_wholeContainerGoneFullOfCachedFiles_isUnexplained() throws Exception {
        RunningMarker marker = start();
        marker.begin(task());
        used("1073000000");
        Files.writeString(group.resolve("memory.stat"), "anon 1\nactive_file 300000000\ninactive_file 300000000\n");
        marker.sample();
        container(0);
        assertThat(death().getCause()).isEqualTo(WorkerDeathCause.WORKER_DEATH_CAUSE_UNSPECIFIED);
    }

    @Test
    void death_atItsLimitInTheSameContainerWithoutAKill_isUnexplained() throws Exception {
        RunningMarker marker = start();
        marker.begin(task());
        used("1073000000");
        marker.sample();
        assertThat(death().getCause()).isEqualTo(WorkerDeathCause.WORKER_DEATH_CAUSE_UNSPECIFIED);
    }

    @Test
    void sample_noTaskRuns_writesNothing() throws Exception {
        RunningMarker marker = start();
        marker.sample();
        assertThat(folder.resolve("cache/running-9101.json")).doesNotExist();
    }

    @Test
    void death_crashReportIsThere_isACrashAndOneDeathOnly() throws Exception {
        start().begin(task());
        Files.writeString(report(), "#\n# SIGSEGV (0xb) at pc=0x0, pid=7, tid=8\n");

        WorkerDeath death = death();
        assertThat(death.getCause()).isEqualTo(WorkerDeathCause.WORKER_DEATH_CAUSE_CRASH);
        assertThat(Path.of(death.getDetail().replaceFirst(".* its report is ", "")))
                .hasContent("#\n# SIGSEGV (0xb) at pc=0x0, pid=7, tid=8\n");

        // The next process has the same id, as in every container, and is killed by something else.
        start().begin(task());
        assertThat(death().getCause()).isEqualTo(WorkerDeathCause.WORKER_DEATH_CAUSE_UNSPECIFIED);
    }

    @Test
    void death_crashReportFromBeforeTheTask_isNotTakenForIt() throws Exception {
        Files.writeString(report(), "of a process long ago");
        start().begin(task());
        assertThat(death().getCause()).isEqualTo(WorkerDeathCause.WORKER_DEATH_CAUSE_UNSPECIFIED);
        assertThat(report()).as("in the way of the next one").doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({
        "#  fatal error: OutOfMemory encountered: Java heap space",
        "# There is insufficient memory for the Java Runtime Environment to continue."
    })
    void death_crashReportOfExhaustedMemory_isTheHeap(String line) throws Exception {
        start().begin(task());
        Files.writeString(report(), "#\n# A fatal error has been detected:\n#\n" + line + "\n#\n");
        assertThat(death().getCause()).isEqualTo(WorkerDeathCause.WORKER_DEATH_CAUSE_HEAP);
    }

    @Test
    void death_processSaidThatItEndsForMemory_isTheHeap() {
        RunningMarker marker = start();
        marker.begin(task());
        marker.endsFor("thread heartbeat: unable to create native thread");

        WorkerDeath death = death();

        assertThat(death.getCause()).isEqualTo(WorkerDeathCause.WORKER_DEATH_CAUSE_HEAP);
        assertThat(death.getDetail()).contains("unable to create native thread");
    }

    @ParameterizedTest
    @CsvSource({
        "137, 3, WORKER_DEATH_CAUSE_MEMORY",
        "137, 2, WORKER_DEATH_CAUSE_UNSPECIFIED",
        "143, 2, WORKER_DEATH_CAUSE_UNSPECIFIED",
        "3, 2, WORKER_DEATH_CAUSE_HEAP",
        "139, 2, WORKER_DEATH_CAUSE_CRASH"
    })
    void death_parentWroteHowItEnded_tellsByThat(int status, int kills, WorkerDeathCause cause) throws Exception {
        start().begin(task());
        Path note = Files.writeString(
                folder.resolve("cache/exit-run-1.json"),
                "{\"status\": " + status + ", \"memory_kills\": " + kills + "}\n");
        container(0);

        assertThat(death().getCause()).isEqualTo(cause);
        assertThat(note).doesNotExist();
    }

    @Test
    void death_noteOfAnotherRun_isNotTakenForIt() throws Exception {
        start().begin(task());
        Files.writeString(folder.resolve("cache/exit-run-2.json"), "{\"status\": 3}\n");
        assertThat(death().getCause()).isEqualTo(WorkerDeathCause.WORKER_DEATH_CAUSE_UNSPECIFIED);
    }

    @Test
    void memory_versionOneOfControlGroups_isReadToo() throws Exception {
        Files.writeString(memberships, "5:cpu:/\n4:memory:/box\n0::/\n");
        Files.createDirectories(folder.resolve("sys/memory/box"));
        Files.writeString(
                folder.resolve("sys/memory/box/memory.oom_control"), "oom_kill_disable 0\nunder_oom 0\noom_kill 7\n");
        assertThat(controlGroup().memory().orElseThrow().kills()).isEqualTo(7);
    }

    @Test
    void memory_noControlGroups_isUnknown() {
        assertThat(new ControlGroup(folder.resolve("no"), folder.resolve("nothing")).memory())
                .isEmpty();
    }

    @Test
    void memory_ofThisMachine_isReadOrUnknown() {
        Optional<ControlGroup.Memory> memory = ControlGroup.ofSystem().memory();
        memory.ifPresent(now -> assertThat(now.group()).isNotEmpty());
    }

    /** A container of its own, with its own control group, whose count begins anew. */
    private void container(int kills) throws Exception {
        if (Files.exists(group)) {
            // Kept, so that the new folder gets another number.
            Files.move(group, folder.resolve("sys/pods/gone-" + System.nanoTime()));
        }
        Files.createDirectories(group);
        kills(kills);
        Files.writeString(group.resolve("memory.max"), GIB + "\n");
        used("200000000");
        Files.writeString(group.resolve("memory.stat"), "anon 1\nactive_file 5000\ninactive_file 5000\n");
    }

    private void kills(int count) throws Exception {
        Files.writeString(group.resolve("memory.events"), "low 0\noom 1\noom_kill " + count + "\n");
    }

    private void used(String bytes) throws Exception {
        Files.writeString(group.resolve("memory.current"), bytes + "\n");
        Files.writeString(group.resolve("memory.stat"), "anon 1\n");
    }

    private Path report() {
        return folder.resolve("hs_err_pid" + PID + ".log");
    }

    private ControlGroup controlGroup() {
        return new ControlGroup(folder.resolve("sys"), memberships);
    }

    /** A process starts, in the run of its parent that has this number. */
    private RunningMarker start() {
        RunningMarker marker = new RunningMarker(folder.resolve("cache/running-9101.json"), "run-1", controlGroup());
        marker.recover(new CrashReports(folder), new ExitNotes(folder.resolve("cache")));
        return marker;
    }

    private WorkerDeath death() {
        return start().tellDeath().orElseThrow();
    }

    private static RunningTask task() {
        TaskAssignment assignment = training(1);
        return new RunningTask(keyOf(assignment), assignment, "worker", InstantSource.system(), System::nanoTime);
    }
}
