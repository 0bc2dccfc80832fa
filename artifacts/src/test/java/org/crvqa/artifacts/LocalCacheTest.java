package org.crvqa.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.store.InMemoryObjectStore;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.task.v1.EvaluateSpec;
import org.crvqa.task.v1.TaskSpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every artifact here has one file of a thousand bytes. */
class LocalCacheTest {
    private static final int FILE_BYTES = 1000;
    private static final long MEBIBYTE = 1 << 20;

    @TempDir
    private Path folder;

    private final InMemoryObjectStore store = new InMemoryObjectStore();
    private final AtomicLong free = new AtomicLong(Long.MAX_VALUE);
    private Path root;

    @BeforeEach
    void locate() {
        root = folder.resolve("cache");
    }

    private ArtifactRepository repository(long limit) {
        return new ArtifactRepository(store, new LocalCache(root, new CacheLimit(limit), any -> free.get()));
    }

    private static TaskSpec spec(int number) {
        return TaskSpec.newBuilder()
                .setAlgorithmVersion(1)
                .setEvaluate(EvaluateSpec.newBuilder().setDatasetKey("d").setTrainKey("t" + number))
                .build();
    }

    private ArtifactKey commit(int number) throws IOException {
        TaskSpec spec = spec(number);
        try (ArtifactDraft draft = repository(Long.MAX_VALUE).draft(spec)) {
            Files.write(draft.file("data"), new byte[FILE_BYTES]);
            draft.commit(Manifest.getDefaultInstance());
        }
        return ArtifactKey.of(spec);
    }

    /** Opens an artifact and lets it go, as a task does that has ended, at a time of its own. */
    private Path used(ArtifactRepository repository, ArtifactKey key, int second) throws IOException {
        Path file = repository.open(key).file("data");
        repository.release();
        Files.setLastModifiedTime(root.resolve(key.hex()), FileTime.from(Instant.ofEpochSecond(second)));
        return file;
    }

    @Test
    void open_limitReached_evictsWhatWasOpenedLongestAgo() throws IOException {
        ArtifactRepository bounded = repository(2 * FILE_BYTES);
        Path first = used(bounded, commit(1), 1);
        Path second = used(bounded, commit(2), 2);
        used(bounded, commit(1), 3);

        Path third = bounded.open(commit(3)).file("data");

        assertThat(first).exists();
        assertThat(second).doesNotExist();
        assertThat(third).hasSize(FILE_BYTES);
    }

    @Test
    void open_limitReachedByOpenArtifacts_isRefusedAndKeepsThem() throws IOException {
        ArtifactRepository bounded = repository(2 * FILE_BYTES);
        Path first = bounded.open(commit(1)).file("data");
        Path second = bounded.open(commit(2)).file("data");
        ArtifactKey third = commit(3);

        assertThatThrownBy(() -> bounded.open(third))
                .isInstanceOf(DiskFullException.class)
                .hasMessageContaining("No space left on device")
                .hasMessageContaining("Raise CRVQA_CACHE_GIB");
        assertThat(first).exists();
        assertThat(second).exists();

        bounded.release();
        assertThat(bounded.open(third).file("data")).exists();
    }

    @Test
    void open_diskTooSmall_isRefusedBeforeAnyByteIsFetched() throws IOException {
        AtomicInteger downloads = new AtomicInteger();
        InMemoryObjectStore counting = new InMemoryObjectStore() {
            @Override
            public boolean download(String name, Path target) {
                downloads.incrementAndGet();
                return super.download(name, target);
            }
        };
        ArtifactKey key = commit(1);
        store.list("").forEach(name -> counting.put(name, store.read(name).orElseThrow()));
        free.set(FILE_BYTES - 1);
        ArtifactRepository full =
                new ArtifactRepository(counting, new LocalCache(root, CacheLimit.DISK, any -> free.get()));

        assertThatThrownBy(() -> full.open(key))
                .isInstanceOf(DiskFullException.class)
                .hasMessageContaining("File data of artifact " + key)
                .hasMessageContaining(FILE_BYTES - 1 + " are free");
        assertThat(downloads).hasValue(0);
    }

    @Test
    void draft_diskFull_evictsAndElseRefuses() throws IOException {
        ArtifactRepository repository = repository(Long.MAX_VALUE);
        Path cached = used(repository, commit(1), 1);
        free.set(MEBIBYTE - 1);

        assertThatThrownBy(() -> repository.draft(spec(2))).isInstanceOf(DiskFullException.class);

        assertThat(cached).doesNotExist();
        assertThat(root.resolve("drafts")).isEmptyDirectory();
    }

    @Test
    void open_diskFullDuringTheDownload_evictsAndTriesOnceMore() throws IOException {
        AtomicInteger fullDisks = new AtomicInteger(1);
        InMemoryObjectStore filling = new InMemoryObjectStore() {
            @Override
            public boolean download(String name, Path target) {
                if (fullDisks.getAndDecrement() > 0) {
                    throw new StoreException("write", new IOException("No space left on device"));
                }
                return super.download(name, target);
            }
        };
        ArtifactKey old = commit(1);
        ArtifactKey key = commit(2);
        ArtifactKey hopeless = commit(3);
        Path cached = used(repository(Long.MAX_VALUE), old, 1);
        store.list("").forEach(name -> filling.put(name, store.read(name).orElseThrow()));
        ArtifactRepository repository =
                new ArtifactRepository(filling, new LocalCache(root, CacheLimit.DISK, any -> free.get()));

        assertThat(repository.open(key).file("data")).hasSize(FILE_BYTES);
        assertThat(cached).doesNotExist();

        fullDisks.set(2);
        assertThatThrownBy(() -> repository.open(hopeless)).hasRootCauseMessage("No space left on device");
        assertThat(fullDisks).hasValue(0);
    }

    @Test
    void evict_openInAnotherProcess_isKept() throws Exception {
        ArtifactRepository bounded = repository(FILE_BYTES);
        ArtifactKey first = commit(1);
        ArtifactKey second = commit(2);
        Path file = used(bounded, first, 1);
        Process other = CacheHolderMain.start(root, first);
        try {
            assertThat(other.inputReader().readLine()).isEqualTo("held");

            assertThatThrownBy(() -> bounded.open(second)).isInstanceOf(DiskFullException.class);
            assertThat(file).exists();
        } finally {
            other.destroyForcibly().waitFor();
        }

        // The death of the other process was its release.
        assertThat(bounded.open(second).file("data")).exists();
        assertThat(file).doesNotExist();
    }

    @Test
    void open_sweep_removesWhatDeadProcessesLeftAndWhatIsOld() throws IOException {
        ArtifactRepository living = repository(Long.MAX_VALUE);
        ArtifactDraft alive = living.draft(spec(1));
        Path own = alive.file("data").getParent();
        LocalFolder ownStates = living.statesFolder();
        Path dead = Files.createDirectories(root.resolve("drafts/000123456789abcd-dead"));
        Path states = Files.createDirectories(root.resolve("states/000123456789abcd-dead"));
        Path arriving = Files.writeString(
                Files.createDirectories(root.resolve("arriving")).resolve("000123456789abcd-half"), "ha");
        Path recent = Files.createDirectories(root.resolve("states/3c4d-of-whom"));
        Path old = Files.createDirectories(root.resolve("states/1a2b-of-whom"));
        for (Path path : new Path[] {own, ownStates.path(), old}) {
            Files.setLastModifiedTime(path, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
        }

        repository(Long.MAX_VALUE);

        assertThat(own).exists();
        assertThat(ownStates.path()).exists();
        assertThat(recent).exists();
        assertThat(dead).doesNotExist();
        assertThat(states).doesNotExist();
        assertThat(arriving).doesNotExist();
        assertThat(old).doesNotExist();
        alive.close();
        ownStates.close();
    }

    @Test
    void statesFolder_itsProcessIsKilled_isSweptAndUntilThenKept() throws Exception {
        ArtifactKey held = commit(1);
        Process other = CacheHolderMain.start(root, held);
        Path states;
        try {
            assertThat(other.inputReader().readLine()).isEqualTo("held");
            try (var folders = Files.list(root.resolve("states"))) {
                states = folders.findFirst().orElseThrow();
            }
            repository(Long.MAX_VALUE);
            assertThat(states.resolve("state")).exists();
        } finally {
            other.destroyForcibly().waitFor();
        }

        repository(Long.MAX_VALUE);

        assertThat(states).doesNotExist();
    }

    @Test
    void open_statesInTheCache_countTowardsTheLimitUntilTheyAreSwept() throws IOException {
        ArtifactRepository bounded = repository(2 * FILE_BYTES);
        LocalFolder living = bounded.statesFolder();
        Files.write(living.path().resolve("state"), new byte[FILE_BYTES]);
        Path dead = Files.createDirectories(root.resolve("states/000123456789abcd-dead"));
        Files.write(dead.resolve("state"), new byte[FILE_BYTES]);
        Path first = used(bounded, commit(1), 1);

        Path second = bounded.open(commit(2)).file("data");

        assertThat(dead).doesNotExist();
        assertThat(living.path().resolve("state")).exists();
        assertThat(first).doesNotExist();
        assertThat(second).exists();
        living.close();
    }

    @Test
    void makeRoom_severalViewsHold_evictsAfterTheLastRelease() throws IOException {
        ArtifactRepository repository = repository(Long.MAX_VALUE);
        ArtifactKey key = commit(1);
        Path file;
        try (PinnedArtifacts pinned = repository.pinned("reader")) {
            file = pinned.artifacts().open(key).file("data");
            repository.open(key);
            repository.release();
            free.set(0);
            assertThatThrownBy(() -> repository.makeRoom(1, "A state")).isInstanceOf(UncheckedIOException.class);
            assertThat(file).exists();
        }

        assertThatThrownBy(() -> repository.makeRoom(1, "A state")).hasMessageContaining("A state needs 1 bytes");
        assertThat(file).doesNotExist();
    }

    @Test
    void limit_fromEnvironment_isInGibibytes() {
        assertThat(CacheLimit.fromEnvironment(Map.of())).isEqualTo(CacheLimit.DISK);
        assertThat(CacheLimit.fromEnvironment(Map.of("CRVQA_CACHE_GIB", " 1.5 ")))
                .isEqualTo(new CacheLimit(3L << 29));
        for (String wrong : new String[] {"0", "-1", "many", "NaN"}) {
            assertThatThrownBy(() -> CacheLimit.fromEnvironment(Map.of("CRVQA_CACHE_GIB", wrong)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("CRVQA_CACHE_GIB is '" + wrong + "'");
        }
    }
}
