package org.crvqa.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.coordinator.v1.WorkerStatus;
import org.crvqa.task.v1.WorkerDescription;
import org.crvqa.task.v1.WorkerKind;
import org.crvqa.task.v1.WorkerState;
import org.junit.jupiter.api.Test;

class WorkerChoiceTest {
    private static final WorkerKind TRAINER = WorkerKind.WORKER_KIND_TRAINER;

    @Test
    void idle_severalWorkers_isTheReachableIdleOneOfTheKind() {
        List<WorkerStatus> workers = List.of(
                worker("a:1", WorkerKind.WORKER_KIND_PRUNER, true, WorkerState.WORKER_STATE_IDLE),
                worker("b:1", TRAINER, true, WorkerState.WORKER_STATE_BUSY),
                worker("c:1", TRAINER, false, WorkerState.WORKER_STATE_IDLE),
                worker("d:1", TRAINER, true, WorkerState.WORKER_STATE_IDLE));

        assertThat(WorkerChoice.idle(workers, TRAINER)).isEqualTo("d:1");
        assertThatThrownBy(() -> WorkerChoice.idle(workers.subList(0, 3), TRAINER))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("b:1 is busy or stopping, c:1 is unreachable");
        assertThatThrownBy(() -> WorkerChoice.idle(List.of(), TRAINER)).hasMessageContaining("it has none at all");
    }

    private static WorkerStatus worker(String address, WorkerKind kind, boolean reachable, WorkerState state) {
        return WorkerStatus.newBuilder()
                .setAddress(address)
                .setKind(kind)
                .setReachable(reachable)
                .setWorker(WorkerDescription.newBuilder().setState(state))
                .build();
    }
}
