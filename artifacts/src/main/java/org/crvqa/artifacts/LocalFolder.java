package org.crvqa.artifacts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A folder of this process, removed with all that is in it on close. */
public final class LocalFolder implements AutoCloseable {
    private final Path path;

    /** Takes over an existing folder. */
    LocalFolder(Path path) {
        this.path = path;
    }

    /** Creates the folder. */
    public static LocalFolder create(Path path) {
        try {
            return new LocalFolder(Files.createDirectories(path));
        } catch (IOException e) {
            throw new UncheckedIOException("Could not create " + path + ": " + e, e);
        }
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** Idempotent. */
    @Override
    public void close() {
        try (Stream<Path> paths = Files.exists(path) ? Files.walk(path) : Stream.empty()) {
            for (Path each : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Could not remove " + path + ": " + e, e);
        }
    }
}
