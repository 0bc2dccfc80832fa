package org.crvqa.artifacts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.crvqa.artifact.v1.FileEntry;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.store.ObjectName;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.task.v1.TaskSpec;

/**
 * An artifact being written: files first into a local folder, then at commit to the store, and the manifest last by
 * create-if-absent. Owned by one thread.
 */
public final class ArtifactDraft implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ArtifactDraft.class.getName());

    /** Files of so much together are uploaded without a look whether another writer was first: that costs as much. */
    static final long SMALL_BYTES = 4L << 20;

    private final ArtifactRepository repository;
    private final PinnedArtifacts writer;
    private final ObjectStore store;
    private final TaskSpec spec;
    private final ArtifactKey key;
    private final LocalFolder folder;
    private final Runnable atEnd;

    /**
     * Takes over {@code folder}, which exists and is empty.
     *
     * @param repository looks without pinning
     * @param writer keeps the collection of garbage away from what is written
     * @param atEnd runs when the draft is closed
     */
    ArtifactDraft(ArtifactRepository repository, PinnedArtifacts writer, TaskSpec spec, Path folder, Runnable atEnd) {
        this.repository = repository;
        this.writer = writer;
        this.store = repository.store();
        this.spec = spec;
        this.key = ArtifactKey.of(spec);
        this.folder = new LocalFolder(folder);
        this.atEnd = atEnd;
    }

    /** The key of the artifact. */
    public ArtifactKey key() {
        return key;
    }

    /** Where to write the file of this name; its folder exists. @throws IllegalArgumentException for an illegal name */
    public Path file(String name) {
        Path file = folder.path().resolve(ObjectName.check(name));
        try {
            Files.createDirectories(file.getParent());
        } catch (IOException e) {
            throw new UncheckedIOException("Could not create the folder of " + file + ": " + e, e);
        }
        return file;
    }

    /**
     * Uploads all files written so far and creates the manifest. {@code details} gives input keys, metrics, summary and
     * producer; key, spec and files are set here. When another writer committed first, that manifest is returned. The
     * artifact stays pinned until the draft is closed, or the {@link PinnedArtifacts} that it was drafted through.
     *
     * @throws StoreException when an artifact of this key is being removed right now; later it can be written again
     */
    public Manifest commit(Manifest details) {
        hold();
        Manifest own = details.toBuilder()
                .setKey(key.hex())
                .setSpec(spec)
                .clearFiles()
                .addAllFiles(FileEntries.of(folder.path()))
                .build();
        if (bytes(own) > SMALL_BYTES) {
            Optional<Manifest> earlier = repository.find(key);
            if (earlier.isPresent()) {
                return yieldTo(earlier.get(), own);
            }
        }
        for (FileEntry entry : own.getFilesList()) {
            store.upload(ArtifactLayout.file(key, entry), folder.path().resolve(entry.getName()));
        }
        boolean first = store.createIfAbsent(ArtifactLayout.manifest(key), Manifests.encode(own));
        return first ? own : yieldTo(repository.require(key), own);
    }

    private static long bytes(Manifest manifest) {
        return manifest.getFilesList().stream()
                .mapToLong(FileEntry::getSizeBytes)
                .sum();
    }

    /** Removes the local folder, and lets go of the artifact unless the draft is another reader's or writer's. */
    @Override
    public void close() {
        atEnd.run();
        folder.close();
    }

    /** Keeps the collection of garbage away from files that have no manifest yet. */
    private void hold() {
        writer.pin(List.of(key));
        if (!new RemovalProtocol(store).rescue(key)) {
            throw new StoreException("Artifact " + key + " in " + store.location()
                    + " is being removed by the collection of garbage; it can be written again when that is done");
        }
    }

    private Manifest yieldTo(Manifest earlier, Manifest own) {
        String committed = Manifests.contentDigest(earlier);
        String late = Manifests.contentDigest(own);
        if (!committed.equals(late)) {
            LOG.log(
                    Level.WARNING,
                    "Artifact {0} was committed by {1} with content {2}; this attempt made {3}, which is dropped. "
                            + "The task is not deterministic between these workers.",
                    key,
                    earlier.getProducer().getWorkerId(),
                    committed,
                    late);
            dropWhatOnlyLateHas(earlier, own);
        }
        return earlier;
    }

    /** No manifest will ever name these files: the committed one is pinned, so that no other can take its place. */
    private void dropWhatOnlyLateHas(Manifest committed, Manifest own) {
        List<String> kept = files(committed);
        for (String name : files(own)) {
            if (!kept.contains(name)) {
                try {
                    store.delete(name);
                } catch (StoreException e) {
                    LOG.log(Level.WARNING, "{0} stays, though nothing needs it: {1}", name, e.getMessage());
                }
            }
        }
    }

    private List<String> files(Manifest manifest) {
        return manifest.getFilesList().stream()
                .map(entry -> ArtifactLayout.file(key, entry))
                .toList();
    }
}
