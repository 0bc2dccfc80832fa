package org.crvqa.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifact.v1.Producer;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.ObjectStores;
import org.crvqa.artifacts.store.StoreSettings;
import org.crvqa.task.v1.EvaluateSpec;
import org.crvqa.task.v1.TaskSpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactRepositoryTest {
    private static final TaskSpec SPEC = TaskSpec.newBuilder()
            .setAlgorithmVersion(1)
            .setEvaluate(EvaluateSpec.newBuilder().setDatasetKey("d").setTrainKey("t"))
            .build();
    private static final ArtifactKey KEY = ArtifactKey.of(SPEC);
    private static final Manifest DETAILS = Manifest.newBuilder()
            .addInputKeys("0".repeat(64))
            .putMetrics("accuracy/test/all", 0.571)
            .setProducer(Producer.newBuilder().setComponent("test").setAttempt(1))
            .build();

    @TempDir
    private Path folder;

    private ObjectStore files;
    private ArtifactRepository repository;

    @BeforeEach
    void open() {
        files = ObjectStores.open(StoreSettings.of(folder.resolve("store").toUri()));
        repository = new ArtifactRepository(files, folder.resolve("cache"));
    }

    @AfterEach
    void close() {
        files.close();
    }

    @Test
    void commit_filesInFolders_areOpenedInPlace() throws IOException {
        Manifest committed = commit(repository, "text");

        Artifact artifact = repository.open(KEY);
        assertThat(artifact.manifest()).isEqualTo(committed).isEqualTo(repository.require(KEY));
        assertThat(artifact.file("answer.txt")).hasContent("text").startsWith(folder.resolve("store"));
        assertThat(artifact.file("deep/er.txt")).hasContent("deep");
        assertThat(committed.getFilesList()).extracting("name").containsExactly("answer.txt", "deep/er.txt");
        assertThat(committed.getMetricsOrThrow("accuracy/test/all")).isEqualTo(0.571);
        assertThat(committed.getSpec()).isEqualTo(SPEC);
        assertThat(folder.resolve("cache/drafts")).isEmptyDirectory();
    }

    private static Manifest commit(ArtifactRepository repository, String text) throws IOException {
        try (ArtifactDraft draft = repository.draft(SPEC)) {
            Files.writeString(draft.file("deep/er.txt"), "deep");
            Files.writeString(draft.file("answer.txt"), text);
            return draft.commit(DETAILS);
        }
    }

    @Test
    void find_absentArtifact_isEmptyAndRequireSaysWhichAndWhere() {
        assertThat(repository.find(KEY)).isEmpty();
        assertThatThrownBy(() -> repository.open(KEY))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(KEY.hex())
                .hasMessageContaining(files.location());
    }
}
