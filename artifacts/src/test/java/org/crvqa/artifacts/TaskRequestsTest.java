package org.crvqa.artifacts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.store.CountingStore;
import org.crvqa.artifacts.store.CountingStore.Method;
import org.crvqa.artifacts.store.InMemoryObjectStore;
import org.crvqa.task.v1.PruneSpec;
import org.crvqa.task.v1.Subnetwork;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.TrainSpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a worker asks of a store like S3 for one task with a warm cache. Fails when it asks more. */
class TaskRequestsTest {
    private final CountingStore store = new CountingStore(new InMemoryObjectStore());

    @TempDir
    private Path folder;

    private ArtifactRepository repository;
    private List<ArtifactKey> inputs = List.of();
    private TaskSpec spec = TaskSpec.getDefaultInstance();

    @BeforeEach
    void write() throws IOException {
        repository = new ArtifactRepository(store, folder.resolve("cache"));
        inputs = List.of(commit(train(1)), commit(train(2)), commit(train(3)));
        spec = TaskSpec.newBuilder()
                .setTrain(TrainSpec.newBuilder()
                        .setDatasetKey(inputs.get(0).hex())
                        .setModelKey(inputs.get(1).hex())
                        .setSubnetwork(Subnetwork.newBuilder()
                                .setStage1Key(inputs.get(2).hex())))
                .build();
        for (ArtifactKey input : inputs) {
            repository.open(input);
        }
        store.reset();
    }

    @Test
    void task_threeInputsTwoFiles_takesTenRequests() throws IOException {
        assertThat(repository.find(ArtifactKey.of(spec))).isEmpty();
        try (PinnedArtifacts pinned = repository.pinned("trainer-1")) {
            pinned.pin(SpecKeys.of(spec));
            for (ArtifactKey input : inputs) {
                pinned.artifacts().require(input);
                pinned.artifacts().open(input);
            }
            try (ArtifactDraft draft = pinned.artifacts().draft(spec)) {
                Files.writeString(draft.file("a"), "a");
                Files.writeString(draft.file("b"), "b");
                draft.commit(Manifest.getDefaultInstance());
            }
        }

        assertThat(store.counts())
                .isEqualTo(Map.of(
                        // Its own manifest, and the inputs'.
                        Method.GET, 4,
                        // The pin, two files, the manifest.
                        Method.PUT, 4,
                        // The tombstone.
                        Method.HEAD, 1,
                        // The pin.
                        Method.DELETE, 1));
        assertThat(store.list("pins/")).isEmpty();
    }

    @Test
    void commit_artifactExists_largeFilesAreNotUploadedAgain() throws IOException {
        commitZeros(ArtifactDraft.SMALL_BYTES + 1);
        store.reset();
        commitZeros(ArtifactDraft.SMALL_BYTES + 1);

        assertThat(store.count(Method.PUT, "artifacts/")).isZero();
    }

    @Test
    void commit_artifactExistsAndIsSmall_theFirstManifestStays() throws IOException {
        Manifest first = commitZeros(1);
        Manifest second = commitZeros(2);

        assertThat(second).isEqualTo(first);
        assertThat(repository.find(ArtifactKey.of(spec))).contains(first);
    }

    private Manifest commitZeros(long bytes) throws IOException {
        try (ArtifactDraft draft = repository.draft(spec)) {
            Files.write(draft.file("a"), new byte[(int) bytes]);
            return draft.commit(Manifest.getDefaultInstance());
        }
    }

    @Test
    void keysOfASpec_areItsOwnAndAllThatItNames() {
        TaskSpec prune = TaskSpec.newBuilder()
                .setPrune(PruneSpec.newBuilder()
                        .setDatasetKey(inputs.get(0).hex())
                        .setStage1Key(inputs.get(1).hex()))
                .build();
        assertThat(SpecKeys.of(prune)).containsExactly(ArtifactKey.of(prune), inputs.get(0), inputs.get(1));
        assertThat(SpecKeys.of(spec)).contains(ArtifactKey.of(spec)).containsAll(inputs);
    }

    private static TaskSpec train(long seed) {
        return TaskSpec.newBuilder()
                .setTrain(TrainSpec.newBuilder().setSeed(seed))
                .build();
    }

    private ArtifactKey commit(TaskSpec one) throws IOException {
        try (ArtifactDraft draft = repository.draft(one)) {
            Files.writeString(draft.file("data"), draft.key().hex());
            draft.commit(Manifest.getDefaultInstance());
            return draft.key();
        }
    }
}
