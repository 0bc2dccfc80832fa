package org.crvqa.artifacts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.crvqa.artifact.v1.FileEntry;
import org.crvqa.artifacts.store.ObjectStore;

/**
 * Looks at the bytes that a store itself holds, never at verified copies of them. Throws the store's
 * {@link org.crvqa.artifacts.store.StoreException}, and {@link UncheckedIOException} for trouble with the scratch folder.
 */
public final class StoredFiles {
    private final ObjectStore store;
    private final Path scratch;

    /** @param scratch a folder for files of remote stores, one at a time; created when absent */
    public StoredFiles(ObjectStore store, Path scratch) {
        this.store = store;
        this.scratch = scratch;
    }

    /** What is wrong with a file, as the end of a sentence; empty when size and SHA-256 are as the entry says. */
    public Optional<String> mismatch(ArtifactKey key, FileEntry entry) {
        String name = ArtifactLayout.file(key, entry);
        Optional<Path> inPlace = store.localFile(name);
        if (inPlace.isPresent()) {
            return new FileVerifier().mismatch(inPlace.get(), entry, () -> {});
        }
        Path copy = scratch.resolve("verify-" + UUID.randomUUID());
        try {
            Files.createDirectories(scratch);
            try {
                return store.download(name, copy)
                        ? new FileVerifier().mismatch(copy, entry, () -> {})
                        : Optional.of("is missing, expected " + entry.getSizeBytes() + " bytes with SHA-256 "
                                + entry.getSha256());
            } finally {
                Files.deleteIfExists(copy);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Could not write " + copy + ": " + e, e);
        }
    }
}
