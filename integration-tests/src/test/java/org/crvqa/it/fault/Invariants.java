package org.crvqa.it.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.cli.client.CoordinatorClient;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.coordinator.v1.TaskStatus;
import org.crvqa.coordinator.v1.WorkerStatus;
import org.crvqa.task.v1.FailureKind;
import org.crvqa.task.v1.WorkerState;

/** What must hold after every fault; docs/faults.md lists it. */
final class Invariants {
    private static final Duration SLOTS_FREE = Duration.ofSeconds(30);

    private Invariants() {}

    /** Of an experiment that has ended well although something went wrong. */
    static void assertHold(FaultCluster cluster, String experiment, String yaml) throws Exception {
        assertHold(cluster, cluster.client(), experiment, yaml);
    }

    /** The same, asking this coordinator. */
    static void assertHold(FaultCluster cluster, CoordinatorClient client, String experiment, String yaml)
            throws Exception {
        ExperimentStatus status = client.get(experiment);
        assertThat(status.getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_SUCCEEDED);
        assertThat(status.getTasksList()).allMatch(task -> task.getState() == TaskState.TASK_STATE_DONE);
        assertThat(Reference.digests(cluster.store(), status)).isEqualTo(Reference.of(yaml));
        for (TaskStatus task : status.getTasksList()) {
            assertOneManifestAndNothingCharged(cluster.store().objects(), task);
        }
        assertSlotsAreFree(client);
    }

    /** Every reachable worker is idle soon. */
    static void assertSlotsAreFree(CoordinatorClient client) throws Exception {
        Await.until(
                "all workers are idle",
                SLOTS_FREE,
                () -> client.workers().getWorkersList().stream()
                        .filter(WorkerStatus::getReachable)
                        .allMatch(worker -> worker.getWorker().getState() == WorkerState.WORKER_STATE_IDLE));
    }

    private static void assertOneManifestAndNothingCharged(ObjectStore store, TaskStatus task) {
        assertThat(store.exists("artifacts/" + task.getKey() + "/manifest.json"))
                .isTrue();
        assertThat(outcomes(store, task.getKey()))
                .as("endings of %s", task.getLabel())
                .noneMatch(Invariants::isCharged);
    }

    private static boolean isCharged(String outcome) {
        return outcome.contains("\"failed\"")
                && !outcome.contains(FailureKind.FAILURE_KIND_EXTERNAL.name())
                && !outcome.contains(FailureKind.FAILURE_KIND_DEVICE.name());
    }

    /** How the attempts at a task ended that brought no result, as stored. */
    static List<String> outcomes(ObjectStore store, String key) {
        List<String> outcomes = new ArrayList<>();
        for (int attempt = 1; store.exists("tasks/" + key + "/attempts/" + attempt + ".json"); attempt++) {
            Optional<byte[]> outcome = store.read("tasks/" + key + "/attempts/" + attempt + ".outcome.json");
            outcome.ifPresent(content -> outcomes.add(new String(content, StandardCharsets.UTF_8)));
        }
        return outcomes;
    }

    /** Who was given attempts at a task, as stored. */
    static List<String> claims(ObjectStore store, String key) {
        List<String> claims = new ArrayList<>();
        for (int attempt = 1; attempt <= attempts(store, key); attempt++) {
            claims.add(new String(
                    store.read("tasks/" + key + "/attempts/" + attempt + ".json")
                            .orElseThrow(),
                    StandardCharsets.UTF_8));
        }
        return claims;
    }

    /** How many attempts at a task were claimed. */
    static int attempts(ObjectStore store, String key) {
        int attempt = 0;
        while (store.exists("tasks/" + key + "/attempts/" + (attempt + 1) + ".json")) {
            attempt++;
        }
        return attempt;
    }
}
