package org.crvqa.it.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SortedMap;
import java.util.TreeMap;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.Manifests;
import org.crvqa.cli.local.ServiceKind;
import org.crvqa.cli.store.OpenStore;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.TaskStatus;
import org.crvqa.task.v1.TaskSpec;
import org.jspecify.annotations.Nullable;

/** What experiments end with when nothing goes wrong: run on a cluster of their own, which lives as long as this JVM. */
final class Reference {
    private static @Nullable FaultCluster cluster;

    private Reference() {}

    /** Digests of the artifacts of all tasks of this experiment, by key. */
    static synchronized SortedMap<String, String> of(String yaml) throws Exception {
        FaultCluster undisturbed = cluster();
        String id = undisturbed.submit(yaml);
        ExperimentStatus last = undisturbed.awaitEnd(id);
        assertThat(last.getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_SUCCEEDED);
        assertThat(last.getTasksList()).allMatch(task -> task.getAttempt() == 1);
        return digests(undisturbed.store(), last);
    }

    /** What the task with this key of the experiment is told to do. */
    static synchronized TaskSpec spec(String yaml, String key) throws Exception {
        of(yaml);
        return cluster().store().artifacts().require(new ArtifactKey(key)).getSpec();
    }

    /** Digests of the artifacts of all tasks, by key. @throws RuntimeException when one has none */
    static SortedMap<String, String> digests(OpenStore store, ExperimentStatus experiment) {
        SortedMap<String, String> digests = new TreeMap<>();
        for (TaskStatus task : experiment.getTasksList()) {
            digests.put(
                    task.getKey(), Manifests.contentDigest(store.artifacts().require(new ArtifactKey(task.getKey()))));
        }
        return digests;
    }

    private static FaultCluster cluster() throws Exception {
        FaultCluster running = cluster;
        if (running == null) {
            running = ClusterPlan.in(TemporaryFolder.create("reference").resolve("cluster"))
                    .with(ServiceKind.PRUNER, 1)
                    // A busy machine is no fault here.
                    .set("CRVQA_WORKER_SILENCE_SECONDS", "45")
                    .start();
            cluster = running;
            FaultCluster toEnd = running;
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(() -> toEnd.services().forEach(ServiceProcess::end)));
        }
        return running;
    }
}
