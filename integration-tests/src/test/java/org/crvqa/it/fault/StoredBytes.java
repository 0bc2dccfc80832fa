package org.crvqa.it.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Damages what a file store holds. */
final class StoredBytes {
    private StoredBytes() {}

    /** Changes one bit of every data file, not of manifests, below names that start so; returns how many. */
    static int flip(Path store, String prefix) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(store)) {
            files = all.filter(Files::isRegularFile)
                    .filter(path -> store.relativize(path).toString().startsWith(prefix))
                    .filter(path -> !path.toString().endsWith(".json"))
                    .toList();
        }
        files.forEach(StoredBytes::flip);
        return files.size();
    }

    private static void flip(Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length / 2] ^= 1;
            // The store may keep its files read-only: a new file takes the place.
            Path changed = Files.write(file.resolveSibling(file.getFileName() + ".flipped"), bytes);
            Files.move(changed, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot flip a bit of " + file, e);
        }
    }
}
