package org.crvqa.cli.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.crvqa.coordinator.v1.WorkerSetAside;
import org.crvqa.coordinator.v1.WorkerStatus;
import org.crvqa.task.v1.WorkerDescription;
import org.crvqa.task.v1.WorkerKind;
import org.crvqa.task.v1.WorkerState;
import org.junit.jupiter.api.Test;

class WorkerTextTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochSecond(1_000));

    @Test
    void lines_setAside_saysWhyAndForHowLong() {
        WorkerStatus worker = worker(WorkerState.WORKER_STATE_IDLE)
                .setSetAside(WorkerSetAside.newBuilder()
                        .setReason("3 tasks in a row ended badly here\u001b[31m and nowhere else")
                        .setUntil(Timestamp.newBuilder().setSeconds(1_045))
                        .setFailuresInARow(3))
                .build();

        assertThat(WorkerText.lines(List.of(worker), CLOCK, false))
                .containsExactly(
                        "worker       kind     state      since  device  version  task  last seen",
                        "trainer-1:1  trainer  set aside  40 s   cpu     0.1.0    –     2 s ago",
                        "",
                        "trainer-1:1 gets no work for another 45 s:",
                        "  3 tasks in a row ended badly here [31m and nowhere else");
    }

    @Test
    void lines_anotherVersion_isSetAsideUntilItIsReplaced() {
        WorkerStatus worker = worker(WorkerState.WORKER_STATE_IDLE)
                .setSetAside(WorkerSetAside.newBuilder().setReason("It computes algorithm version 2"))
                .build();

        assertThat(WorkerText.lines(List.of(worker), CLOCK, false))
                .contains("trainer-1:1 gets no work until it is replaced:", "  It computes algorithm version 2");
    }

    @Test
    void lines_busyAndUnreachable_sayWhatTheyDo() {
        WorkerStatus busy = worker(WorkerState.WORKER_STATE_BUSY).build();
        WorkerStatus gone = WorkerStatus.newBuilder()
                .setAddress("pruner-1:1")
                .setKind(WorkerKind.WORKER_KIND_PRUNER)
                .build();

        assertThat(WorkerText.lines(List.of(busy, gone), CLOCK, false))
                .containsExactly(
                        "worker       kind     state        since  device  version  task          last seen",
                        "trainer-1:1  trainer  busy         40 s   cpu     0.1.0    aaaaaaaaaaaa  2 s ago",
                        "pruner-1:1   pruner   unreachable  –      –       –        –             never");
    }

    @Test
    void lines_podThatLeaves_isNamedWithWhatItRuns() {
        WorkerStatus leaving = worker(WorkerState.WORKER_STATE_BUSY)
                .setPod("trainer-7c9d\u001b[31m")
                .setLeaving(true)
                .setTask("stage 1 lmh, tiny, seed 0")
                .build();

        assertThat(WorkerText.lines(List.of(leaving), CLOCK, false))
                .contains("trainer-7c9d [31m  trainer  busy, leaving  40 s   cpu     0.1.0    "
                        + "stage 1 lmh, tiny, seed 0  2 s ago");
    }

    private static WorkerStatus.Builder worker(WorkerState state) {
        WorkerDescription.Builder description = WorkerDescription.newBuilder()
                .setDevice("cpu")
                .setVersion("0.1.0")
                .setState(state)
                .setRunningKey(state == WorkerState.WORKER_STATE_BUSY ? "a".repeat(64) : "");
        return WorkerStatus.newBuilder()
                .setAddress("trainer-1:1")
                .setKind(WorkerKind.WORKER_KIND_TRAINER)
                .setReachable(true)
                .setSince(Timestamp.newBuilder().setSeconds(960))
                .setWorker(description)
                .setLastSeen(Timestamp.newBuilder().setSeconds(998));
    }
}
