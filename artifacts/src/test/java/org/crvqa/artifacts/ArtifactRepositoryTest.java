package org.crvqa.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifact.v1.Producer;
import org.crvqa.artifacts.store.InMemoryObjectStore;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.ObjectStores;
import org.crvqa.artifacts.store.StoreException;
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

    @Test
    void close_withoutCommit_leavesNothingAnywhere() throws IOException {
        try (ArtifactDraft draft = repository.draft(SPEC)) {
            Files.writeString(draft.file("answer.txt"), "text");
        }

        assertThat(files.list("")).isEmpty();
        assertThat(folder.resolve("cache/drafts")).isEmptyDirectory();
        assertThat(repository.find(KEY)).isEmpty();
    }

    @Test
    void commit_storeFailsBetweenFilesAndManifest_artifactDoesNotExistUntilTriedAgain() throws IOException {
        AtomicBoolean failing = new AtomicBoolean(true);
        ObjectStore store = new InMemoryObjectStore() {
            @Override
            public boolean createIfAbsent(String name, byte[] content) {
                if (failing.get()) {
                    throw new StoreException("injected: the writer was cut off");
                }
                return super.createIfAbsent(name, content);
            }
        };
        ArtifactRepository writer = new ArtifactRepository(store, folder.resolve("cache"));

        assertThatThrownBy(() -> commit(writer, "text")).hasMessageContaining("injected");

        assertThat(store.list("artifacts/")).hasSize(2);
        assertThat(writer.find(KEY)).isEmpty();
        assertThatThrownBy(() -> writer.open(KEY)).isInstanceOf(InvalidInputException.class);

        failing.set(false);
        commit(writer, "text");
        assertThat(writer.open(KEY).file("answer.txt")).hasContent("text");
    }

    @Test
    void commit_storeFailsInTheMiddleOfTheFiles_noManifestIsTried() {
        ObjectStore store = new InMemoryObjectStore() {
            @Override
            public void upload(String name, Path source) {
                if (name.endsWith("deep/er.txt")) {
                    throw new StoreException("injected: the writer was cut off");
                }
                super.upload(name, source);
            }
        };
        ArtifactRepository writer = new ArtifactRepository(store, folder.resolve("cache"));

        assertThatThrownBy(() -> commit(writer, "text")).hasMessageContaining("injected");

        assertThat(store.list(""))
                .hasSize(1)
                .allSatisfy(name -> assertThat(name).endsWith("/answer.txt"));
        assertThat(folder.resolve("cache/drafts")).isEmptyDirectory();
    }

    @Test
    void commit_anotherWasFirst_returnsTheFirstManifestAndKeepsItsBytes() throws IOException {
        Manifest first = commit(repository, "first");
        List<String> objects = files.list("");

        Manifest second = commit(repository, "second");

        assertThat(second).isEqualTo(first);
        assertThat(repository.open(KEY).file("answer.txt")).hasContent("first");
        assertThat(files.list("")).isEqualTo(objects);
    }

    @Test
    void commit_anotherWasFirst_warnsOnlyWhenTheBytesDiffer() throws IOException {
        List<String> warnings = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                warnings.add(new SimpleFormatter().formatMessage(entry));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger(ArtifactDraft.class.getName());
        logger.addHandler(handler);
        try {
            Manifest first = commit(repository, "first");
            commit(repository, "first");
            assertThat(warnings).isEmpty();

            commit(repository, "second");
            assertThat(warnings)
                    .singleElement()
                    .asString()
                    .contains(KEY.hex(), Manifests.contentDigest(first), "not deterministic");
        } finally {
            logger.removeHandler(handler);
        }
    }

    @Test
    void commit_anotherIsFirstDuringTheUpload_returnsTheFirstManifest() throws IOException {
        AtomicReference<Manifest> first = new AtomicReference<>();
        InMemoryObjectStore store = new InMemoryObjectStore() {
            @Override
            public void upload(String name, Path source) {
                super.upload(name, source);
                if (first.get() == null) {
                    first.set(Manifest.getDefaultInstance());
                    try {
                        first.set(commit(new ArtifactRepository(this, folder.resolve("other")), "first"));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            }
        };
        ArtifactRepository late = new ArtifactRepository(store, folder.resolve("cache"));

        Manifest returned = commit(late, "second");

        assertThat(returned).isEqualTo(first.get()).isEqualTo(late.require(KEY));
        assertThat(late.open(KEY).file("answer.txt")).hasContent("first");
    }

    @Test
    void open_flippedByteInTheStore_namesFileAndBothDigests() throws IOException {
        commit(repository, "text");
        Path stored = repository.open(KEY).file("answer.txt");
        FileTime modified = Files.getLastModifiedTime(stored);
        Files.writeString(stored, "tExt");
        // As bit rot does it: even with the old time, a process that starts anew notices.
        Files.setLastModifiedTime(stored, modified);

        assertThatThrownBy(() -> new ArtifactRepository(files, folder.resolve("cache")).open(KEY))
                .isInstanceOf(ArtifactCorruptException.class)
                .hasMessageContaining("answer.txt")
                .hasMessageContaining(KEY.hex())
                .hasMessageContaining(Sha256.hex("text"))
                .hasMessageContaining(Sha256.hex("tExt"));
    }

    @Test
    void open_fileChangedAfterItWasVerified_isVerifiedAgain() throws IOException {
        commit(repository, "text");
        Path stored = repository.open(KEY).file("answer.txt");
        Files.writeString(stored, "tExt");
        Files.setLastModifiedTime(stored, FileTime.from(Instant.EPOCH));

        assertThatThrownBy(() -> repository.open(KEY)).isInstanceOf(ArtifactCorruptException.class);
    }

    @Test
    void open_cutFile_saysBothSizes() throws IOException {
        commit(repository, "text");
        Files.writeString(repository.open(KEY).file("answer.txt"), "te");

        assertThatThrownBy(() -> repository.open(KEY))
                .isInstanceOf(ArtifactCorruptException.class)
                .hasMessageContaining("answer.txt")
                .hasMessageContaining("has 2 bytes, expected 4");
    }

    @Test
    void open_missingFile_saysSo() throws IOException {
        commit(repository, "text");
        Files.delete(repository.open(KEY).file("answer.txt"));

        assertThatThrownBy(() -> repository.open(KEY))
                .isInstanceOf(ArtifactCorruptException.class)
                .hasMessageContaining("answer.txt")
                .hasMessageContaining("is missing");
    }

    @Test
    void open_remoteStore_downloadsOnceAndRepairsItsCache() throws IOException {
        AtomicInteger downloads = new AtomicInteger();
        ObjectStore store = new InMemoryObjectStore() {
            @Override
            public boolean download(String name, Path target) {
                downloads.incrementAndGet();
                return super.download(name, target);
            }
        };
        ArtifactRepository remote = new ArtifactRepository(store, folder.resolve("cache"));
        commit(remote, "text");

        Path cached = remote.open(KEY).file("answer.txt");
        assertThat(cached).hasContent("text").startsWith(folder.resolve("cache"));
        remote.open(KEY);
        assertThat(downloads).hasValue(2);

        Files.writeString(cached, "tExt");
        ArtifactRepository restarted = new ArtifactRepository(store, folder.resolve("cache"));
        assertThat(restarted.open(KEY).file("answer.txt")).isEqualTo(cached).hasContent("text");
        assertThat(downloads).hasValue(3);
        assertThat(folder.resolve("cache/arriving")).isEmptyDirectory();
    }

    @Test
    void open_remoteBytesFlipped_isCorruptAndNothingStaysInTheCache() throws IOException {
        ObjectStore store = new InMemoryObjectStore();
        ArtifactRepository remote = new ArtifactRepository(store, folder.resolve("cache"));
        commit(remote, "text");
        String object = store.list("artifacts/").stream()
                .filter(name -> name.endsWith("answer.txt"))
                .findFirst()
                .orElseThrow();
        store.put(object, "tExt".getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> remote.open(KEY))
                .isInstanceOf(ArtifactCorruptException.class)
                .hasMessageContaining("answer.txt")
                .hasMessageContaining(Sha256.hex("tExt"));
        assertThat(folder.resolve("cache/arriving")).isEmptyDirectory();
        assertThat(folder.resolve("cache").resolve(object.substring("artifacts/".length())))
                .doesNotExist();
    }

    @Test
    void file_illegalName_isRefused() {
        try (ArtifactDraft draft = repository.draft(SPEC)) {
            for (String name : List.of("../escape", "/etc/passwd", "a//b", "")) {
                assertThatThrownBy(() -> draft.file(name)).isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    @Test
    void file_nameTheArtifactDoesNotHave_listsThoseItHas() throws IOException {
        commit(repository, "text");

        assertThatThrownBy(() -> repository.open(KEY).file("model.safetensors"))
                .isInstanceOf(ArtifactCorruptException.class)
                .hasMessageContaining("model.safetensors")
                .hasMessageContaining("answer.txt");
    }
}
