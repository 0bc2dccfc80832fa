package org.crvqa.artifacts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.crvqa.artifact.v1.FileEntry;

/** The files of a local folder as manifests list them. */
final class FileEntries {
    private FileEntries() {}

    /** Name, size and digest of every file below the folder, sorted by name. */
    static List<FileEntry> of(Path folder) {
        try (Stream<Path> paths = Files.walk(folder)) {
            List<Path> files = paths.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                    .toList();
            List<FileEntry> entries = new ArrayList<>();
            for (Path file : files) {
                entries.add(entry(folder, file));
            }
            entries.sort(Comparator.comparing(FileEntry::getName));
            return entries;
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read the files in " + folder + ": " + e, e);
        }
    }

    private static FileEntry entry(Path folder, Path file) throws IOException {
        return FileEntry.newBuilder()
                .setName(folder.relativize(file).toString().replace('\\', '/'))
                .setSizeBytes(Files.size(file))
                .setSha256(Sha256.hex(file))
                .build();
    }
}
