package org.crvqa.artifacts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.crvqa.artifact.v1.FileEntry;

/**
 * Compares local files with manifest entries. A file that matched is not read again by this process while its size and
 * modification time stay the same: features of a data set can have tens of gigabytes. Thread-safe.
 */
final class FileVerifier {
    /** Files that are not read again; a task opens a dozen. About 2 MB. */
    private static final int MOST_FILES = 4096;

    private final Map<Path, Seen> verified;

    /** The files that were looked at last. */
    private static final class Recent extends LinkedHashMap<Path, Seen> {
        private static final long serialVersionUID = 1;
        private final int most;

        Recent(int most) {
            super(16, 0.75f, true);
            this.most = most;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Path, Seen> eldest) {
            return size() > most;
        }
    }

    FileVerifier() {
        this(MOST_FILES);
    }

    /** @param most files that it remembers */
    FileVerifier(int most) {
        this.verified = Collections.synchronizedMap(new Recent(most));
    }

    private record Seen(long size, FileTime modified, String sha256) {}

    /**
     * What is wrong with the file, as the end of a sentence; empty when it is as the entry says.
     *
     * @param onward as for {@link Sha256#hex(Path, Runnable)}
     */
    Optional<String> mismatch(Path file, FileEntry entry, Runnable onward) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            if (attributes.size() != entry.getSizeBytes()) {
                return Optional.of("has " + attributes.size() + " bytes, expected " + entry.getSizeBytes()
                        + " with SHA-256 " + entry.getSha256());
            }
            Seen seen = new Seen(attributes.size(), attributes.lastModifiedTime(), entry.getSha256());
            if (seen.equals(verified.get(file))) {
                return Optional.empty();
            }
            String found = Sha256.hex(file, onward);
            if (!found.equals(entry.getSha256())) {
                return Optional.of("has SHA-256 " + found + ", expected " + entry.getSha256());
            }
            verified.put(file, seen);
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read " + file + ": " + e, e);
        }
    }
}
