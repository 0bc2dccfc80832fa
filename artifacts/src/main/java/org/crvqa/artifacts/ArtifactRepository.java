package org.crvqa.artifacts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.crvqa.artifact.v1.FileEntry;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.task.v1.TaskSpec;

/**
 * Artifacts of one object store. An artifact exists if and only if its manifest does. Thread-safe; several processes
 * may share the store and the cache. Trouble with the cache folder itself is an {@link UncheckedIOException}.
 */
public class ArtifactRepository {
    /** With less than this free, a draft is refused rather than begun. */
    private static final long SMALLEST_DRAFT_BYTES = 1 << 20;

    private final ObjectStore store;
    private final LocalCache cache;
    private final Set<ArtifactKey> inUse = new HashSet<>();
    private final FileVerifier verifier;
    private final Runnable onward;

    /**
     * {@code cacheDirectory} holds verified copies of remote files and the files of drafts; it is created when absent.
     * The store stays the caller's to close.
     */
    public ArtifactRepository(ObjectStore store, Path cacheDirectory) {
        this(store, cacheDirectory, CacheLimit.DISK);
    }

    /** With a bound for the copies of remote files. Leftovers of dead processes in the cache are removed. */
    public ArtifactRepository(ObjectStore store, Path cacheDirectory, CacheLimit limit) {
        this(store, LocalCache.onDisk(cacheDirectory.toAbsolutePath().normalize(), limit));
    }

    ArtifactRepository(ObjectStore store, LocalCache cache) {
        this.store = store;
        this.cache = cache;
        this.verifier = new FileVerifier();
        this.onward = () -> {};
        cache.sweep(Instant.now());
    }

    /** The same store and cache, for another reader. */
    ArtifactRepository(ArtifactRepository other) {
        this(other, other.store, other.onward);
    }

    private ArtifactRepository(ArtifactRepository other, ObjectStore view, Runnable onward) {
        this.store = view;
        this.cache = other.cache;
        this.verifier = other.verifier;
        this.onward = onward;
    }

    /**
     * The same artifacts, in the same cache, for one reader that sees the store in its own way.
     *
     * @param view of this repository's store
     * @param onward called again and again while files are compared with their digests, which may take minutes; what it
     *     throws ends that
     */
    public ArtifactRepository through(ObjectStore view, Runnable onward) {
        return new ArtifactRepository(this, view, onward);
    }

    /**
     * The same artifacts for a reader that the collection of garbage must not disturb. Close it when the reader needs
     * neither manifests nor files any more.
     *
     * @param holder for people, such as "trainer-1"
     */
    public PinnedArtifacts pinned(String holder) {
        return new PinnedArtifacts(this, holder, System::nanoTime);
    }

    /** Where the artifacts lie. */
    public ObjectStore store() {
        return store;
    }

    /** The folder for local copies and drafts. */
    public Path cache() {
        return cache.root();
    }

    /**
     * The manifest, when the artifact exists. Changes nothing, so that the artifact may be removed afterwards: who goes on
     * to read its files uses {@link #pinned}.
     *
     * @throws ArtifactCorruptException when it does not parse or match
     */
    public Optional<Manifest> find(ArtifactKey key) {
        return store.read(ArtifactLayout.manifest(key), Manifests.MOST_BYTES)
                .map(content -> Manifests.decode(key, content));
    }

    /** The manifest. @throws InvalidInputException when there is no such artifact */
    public Manifest require(ArtifactKey key) {
        return find(key)
                .orElseThrow(() -> new InvalidInputException(
                        "There is no artifact " + key + " in " + store.location(),
                        "Check the key and the store (CRVQA_STORE), or run the task that makes the artifact."));
    }

    /**
     * The artifact with all files local and verified against their digests.
     *
     * @throws InvalidInputException when there is no such artifact
     * @throws ArtifactCorruptException when bytes do not match
     */
    public Artifact open(ArtifactKey key) {
        Manifest manifest = require(key);
        Map<String, Path> files = new HashMap<>();
        for (FileEntry entry : manifest.getFilesList()) {
            files.put(entry.getName(), local(key, entry));
        }
        return new Artifact(manifest, files);
    }

    /**
     * One file of an artifact, local and verified; the others stay where they are.
     *
     * @throws InvalidInputException when there is no such artifact, or it has no such file
     * @throws ArtifactCorruptException when bytes do not match
     */
    public Path open(ArtifactKey key, String name) {
        FileEntry entry = require(key).getFilesList().stream()
                .filter(file -> file.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new InvalidInputException(
                        "Artifact " + key + " has no file " + name, "Check the key; 'crvqa report' names them."));
        return local(key, entry);
    }

    /**
     * Lets go of the local files of all artifacts opened so far through this object: they may be evicted from the cache
     * when room is needed. Closing a {@link PinnedArtifacts} does it for what was opened through it.
     */
    public void release() {
        synchronized (inUse) {
            for (ArtifactKey key : List.copyOf(inUse)) {
                inUse.remove(key);
                onDisk("let go of artifacts in", () -> cache.release(key));
            }
        }
    }

    private void hold(ArtifactKey key) {
        synchronized (inUse) {
            if (!inUse.contains(key)) {
                onDisk("hold an artifact in", () -> cache.hold(key));
                inUse.add(key);
            }
        }
    }

    /**
     * Makes sure that so many bytes can be written below the cache folder, if need be by evicting copies of remote files
     * that no process has open.
     *
     * @param what for the message, such as "The state of trainer-1"
     * @throws DiskFullException when that is not enough
     */
    public void makeRoom(long bytes, String what) {
        onDisk("make room in", () -> cache.reserve(bytes, what));
    }

    /** A new folder in the cache for states of a task. It lies there until it is closed, or its process has ended. */
    public LocalFolder statesFolder() {
        return LocalFolder.create(onDisk("create a folder for states in", () -> cache.fresh(LocalCache.STATES)));
    }

    /** Starts to write the artifact of {@code spec}. Close it in any case; without commit nothing becomes visible. */
    public ArtifactDraft draft(TaskSpec spec) {
        PinnedArtifacts writer = pinned("writer");
        return draft(spec, writer, writer::close);
    }

    /** Closing the draft runs {@code atEnd}. */
    ArtifactDraft draft(TaskSpec spec, PinnedArtifacts writer, Runnable atEnd) {
        makeRoom(SMALLEST_DRAFT_BYTES, "A new artifact");
        Path folder = LocalFolder.create(onDisk("create a draft in", () -> cache.fresh(LocalCache.DRAFTS)))
                .path();
        return new ArtifactDraft(this, writer, spec, folder, atEnd);
    }

    private Path local(ArtifactKey key, FileEntry entry) {
        String name = ArtifactLayout.file(key, entry);
        Optional<Path> inPlace = store.localFile(name);
        if (inPlace.isPresent()) {
            Path file = inPlace.get();
            verifier.mismatch(file, entry, onward).ifPresent(what -> {
                throw corrupt(key, entry, what);
            });
            return file;
        }
        hold(key);
        Path cached = cache.file(key, entry);
        boolean valid = Files.isRegularFile(cached)
                && verifier.mismatch(cached, entry, onward).isEmpty();
        if (!valid) {
            fetch(key, entry, name, cached);
        }
        return cached;
    }

    /** Others may have filled the disk since there was room: then once more, without all that can be evicted. */
    private void fetch(ArtifactKey key, FileEntry entry, String name, Path cached) {
        String what = "File " + entry.getName() + " of artifact " + key;
        onDisk("make room in", () -> cache.reserveCopy(entry.getSizeBytes(), what));
        try {
            transfer(key, entry, name, cached);
        } catch (StoreException | UncheckedIOException e) {
            if (!DiskFullException.causes(e)) {
                throw e;
            }
            onDisk("evict copies from", cache::evictAll);
            onDisk("make room in", () -> cache.reserveCopy(entry.getSizeBytes(), what));
            transfer(key, entry, name, cached);
        }
    }

    /** A bad copy in the cache is replaced: only the store's own bytes decide whether the artifact is corrupt. */
    private void transfer(ArtifactKey key, FileEntry entry, String name, Path cached) {
        onDisk("write " + cached + " in", () -> {
            Path arriving = cache.fresh(LocalCache.ARRIVING);
            Files.createDirectories(cached.getParent());
            try {
                if (!store.download(name, arriving)) {
                    throw corrupt(key, entry, "is missing, expected SHA-256 " + entry.getSha256());
                }
                verifier.mismatch(arriving, entry, onward).ifPresent(what -> {
                    throw corrupt(key, entry, what);
                });
                Files.move(arriving, cached, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(arriving);
            }
        });
    }

    private void onDisk(String doing, CacheLocks.Removal task) {
        onDisk(doing, () -> {
            task.run();
            return cache;
        });
    }

    private <T> T onDisk(String doing, DiskCall<T> task) {
        try {
            return task.run();
        } catch (IOException e) {
            throw new UncheckedIOException("Could not " + doing + " the cache " + cache.root() + ": " + e, e);
        }
    }

    @FunctionalInterface
    private interface DiskCall<T> {
        T run() throws IOException;
    }

    private ArtifactCorruptException corrupt(ArtifactKey key, FileEntry entry, String what) {
        return new ArtifactCorruptException(
                "File " + entry.getName() + " of artifact " + key + " in " + store.location() + " " + what);
    }
}
