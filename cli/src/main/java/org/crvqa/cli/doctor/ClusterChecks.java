package org.crvqa.cli.doctor;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.crvqa.cli.client.CoordinatorClient;
import org.crvqa.cli.client.CoordinatorException;
import org.crvqa.cli.client.WorkerClient;
import org.crvqa.coordinator.v1.WorkerStatus;
import org.crvqa.task.v1.WorkerKind;

/** The coordinator and its workers. */
public final class ClusterChecks {
    private static final List<WorkerKind> KINDS =
            List.of(WorkerKind.WORKER_KIND_TRAINER, WorkerKind.WORKER_KIND_PRUNER, WorkerKind.WORKER_KIND_EVALUATOR);

    private ClusterChecks() {}

    /** One check of the coordinator and one for each worker; a warning alone where no coordinator answers. */
    public static List<Check> run(CoordinatorClient coordinator, String ourVersion, InstantSource clock) {
        List<WorkerStatus> workers;
        long started = System.nanoTime();
        try {
            workers = coordinator.workers().getWorkersList();
        } catch (CoordinatorException e) {
            return List.of(Check.warning(
                    "coordinator",
                    "reachable",
                    e.getMessage() + "; it and its workers were not looked at",
                    e.advice()));
        }
        long millis = Duration.ofNanos(System.nanoTime() - started).toMillis();
        List<Check> checks = new ArrayList<>();
        checks.add(Check.ok(
                "coordinator",
                "reachable",
                coordinator.address() + " answers in " + millis + " ms and knows " + workers.size() + " workers"));
        for (WorkerKind kind : KINDS) {
            if (workers.stream().noneMatch(worker -> worker.getKind() == kind)) {
                String word = WorkerClient.word(kind);
                checks.add(Check.warning(
                        "worker",
                        word,
                        "the coordinator knows none",
                        "Start one and name it in the coordinator's CRVQA_" + word.toUpperCase(Locale.ROOT)
                                + "S; tasks of its kind wait for it."));
            }
        }
        workers.forEach(worker -> checks.add(WorkerCheck.of(worker, ourVersion, clock)));
        return checks;
    }
}
