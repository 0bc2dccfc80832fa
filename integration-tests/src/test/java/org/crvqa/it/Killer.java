package org.crvqa.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.cli.client.ExperimentSnapshot;
import org.crvqa.cli.local.LocalCluster;
import org.crvqa.cli.local.ServiceState;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.coordinator.v1.TaskStatus;

/**
 * Ends one process of each kind with SIGKILL, each while it works: a trainer, then the coordinator while a task runs, the
 * pruner and the evaluator.
 */
final class Killer extends QuietListener {
    private final LocalCluster cluster;
    private final ArtifactRepository artifacts;
    private final Map<TaskKind, String> victims = new HashMap<>();
    private boolean coordinatorKilled;
    private int reconnections;

    Killer(LocalCluster cluster, ArtifactRepository artifacts) {
        this.cluster = cluster;
        this.artifacts = artifacts;
    }

    /** Keys of the tasks whose worker was killed, by their kind. */
    Map<TaskKind, String> victims() {
        return victims;
    }

    boolean coordinatorKilled() {
        return coordinatorKilled;
    }

    int reconnections() {
        return reconnections;
    }

    @Override
    public void reconnected() {
        super.reconnected();
        reconnections++;
    }

    @Override
    public void changed(ExperimentSnapshot snapshot) {
        for (TaskStatus task : atWork(snapshot)) {
            boolean otherTrainTask = task.getKind() == TaskKind.TASK_KIND_TRAIN
                    && victims.containsKey(TaskKind.TASK_KIND_TRAIN)
                    && !victims.containsValue(task.getKey());
            if (!victims.containsKey(task.getKind())) {
                if (kill(serviceAt(task.getWorker()), task)) {
                    victims.put(task.getKind(), task.getKey());
                }
            } else if (!coordinatorKilled && otherTrainTask) {
                coordinatorKilled = kill(Optional.of("coordinator"), task);
            }
        }
    }

    // Training counts from its first steps on, so that there is work to lose. Evaluations are over too soon for that.
    private static List<TaskStatus> atWork(ExperimentSnapshot snapshot) {
        List<TaskStatus> working = new ArrayList<>(snapshot.tasks(TaskState.TASK_STATE_RUNNING));
        working.removeIf(task -> task.getWorker().isEmpty()
                || (task.getKind() != TaskKind.TASK_KIND_EVALUATE
                        && task.getProgress().getStep() == 0));
        return working;
    }

    private Optional<String> serviceAt(String address) {
        return cluster.services().stream()
                .filter(service -> service.address().equals(address))
                .map(ServiceState::name)
                .findFirst();
    }

    /** False, and nothing is killed, when the task was over already. A process that is stopped first cannot end it. */
    private boolean kill(Optional<String> service, TaskStatus during) {
        String name = service.orElseThrow(() -> new AssertionError("No service at " + during.getWorker()));
        ProcessHandle process = cluster.process(name).orElseThrow(() -> new AssertionError(name + " does not run"));
        signal("STOP", process);
        if (artifacts.find(new ArtifactKey(during.getKey())).isPresent()) {
            signal("CONT", process);
            return false;
        }
        Installation.log("kill -9 " + name + " during " + during.getLabel() + " at step "
                + during.getProgress().getStep());
        process.destroyForcibly();
        return true;
    }

    private static void signal(String signal, ProcessHandle process) {
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
