package org.crvqa.cli.verify;

import java.util.List;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.cli.client.WorkerClient;
import org.crvqa.coordinator.v1.WorkerStatus;
import org.crvqa.task.v1.WorkerKind;
import org.crvqa.task.v1.WorkerState;

/** Which of the coordinator's workers take part. */
public final class WorkerChoice {
    private WorkerChoice() {}

    /** The address of an idle worker. @throws InvalidInputException when there is none; it says what the others do */
    public static String idle(List<WorkerStatus> workers, WorkerKind kind) {
        List<WorkerStatus> ofKind =
                workers.stream().filter(worker -> worker.getKind() == kind).toList();
        return ofKind.stream()
                .filter(WorkerStatus::getReachable)
                .filter(worker -> worker.getWorker().getState() == WorkerState.WORKER_STATE_IDLE)
                .map(WorkerStatus::getAddress)
                .findFirst()
                .orElseThrow(() -> none(ofKind, kind));
    }

    private static InvalidInputException none(List<WorkerStatus> workers, WorkerKind kind) {
        String word = WorkerClient.word(kind);
        List<String> found = workers.stream()
                .map(worker ->
                        worker.getAddress() + " is " + (worker.getReachable() ? "busy or stopping" : "unreachable"))
                .toList();
        return new InvalidInputException(
                "The coordinator knows no idle " + word
                        + (found.isEmpty() ? ": it has none at all" : ": " + String.join(", ", found)),
                "Wait until one is idle ('crvqa doctor' shows them), or name one with --" + word + " HOST:PORT.");
    }
}
