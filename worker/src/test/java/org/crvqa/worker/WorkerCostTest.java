package org.crvqa.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactDraft;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.store.CountingStore;
import org.crvqa.artifacts.store.CountingStore.Method;
import org.crvqa.artifacts.store.InMemoryObjectStore;
import org.crvqa.task.v1.Subnetwork;
import org.crvqa.task.v1.TaskAssignment;
import org.crvqa.task.v1.TaskEvent.EventCase;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.TrainSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a worker asks of a store like S3 for the first attempt at a task that keeps states, is too short for one, and has its
 * inputs in the cache. Fails when it asks more. The coordinator's part is counted in the module coordinator.
 */
class WorkerCostTest {
    @TempDir
    private Path folder;

    private final CountingStore store = new CountingStore(new InMemoryObjectStore());

    @Test
    void firstAttempt_threeInputsTwoFiles_takesElevenRequests() throws Exception {
        try (WorkerFixture worker = WorkerFixture.quick(folder, store)) {
            List<ArtifactKey> inputs = inputs(worker.artifacts);
            worker.handler.does((spec, context) -> {
                for (ArtifactKey input : inputs) {
                    context.artifacts().open(input);
                }
                assertThat(context.checkpoints().resume(state -> Optional.empty()))
                        .isEmpty();
                Files.writeString(context.draft().file("second"), "file");
            });
            store.reset();

            assertThat(worker.run(assignment(inputs)).awaitTerminal().getEventCase())
                    .isEqualTo(EventCase.COMPLETED);

            assertThat(store.counts())
                    .isEqualTo(Map.of(
                            // Its own manifest, and the inputs'.
                            Method.GET, 4,
                            // The pin, two files, the manifest.
                            Method.PUT, 4,
                            // Its states.
                            Method.LIST, 1,
                            // The tombstone.
                            Method.HEAD, 1,
                            // The pin.
                            Method.DELETE, 1));
        }
    }

    private static List<ArtifactKey> inputs(ArtifactRepository artifacts) throws Exception {
        List<ArtifactKey> inputs = new ArrayList<>();
        for (int seed = 7; seed < 10; seed++) {
            TaskSpec spec = WorkerFixture.training(seed).getSpec();
            try (ArtifactDraft draft = artifacts.draft(spec)) {
                Files.writeString(draft.file("data"), "data of " + seed);
                draft.commit(Manifest.getDefaultInstance());
                inputs.add(draft.key());
            }
            artifacts.open(ArtifactKey.of(spec));
        }
        return inputs;
    }

    private static TaskAssignment assignment(List<ArtifactKey> inputs) {
        TaskSpec spec = TaskSpec.newBuilder()
                .setAlgorithmVersion(1)
                .setTrain(TrainSpec.newBuilder()
                        .setDatasetKey(inputs.get(0).hex())
                        .setModelKey(inputs.get(1).hex())
                        .setSubnetwork(Subnetwork.newBuilder()
                                .setStage1Key(inputs.get(2).hex())))
                .build();
        return TaskAssignment.newBuilder()
                .setSpec(spec)
                .setKey(ArtifactKey.of(spec).hex())
                .setAttempt(1)
                .build();
    }
}
