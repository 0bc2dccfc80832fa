package org.crvqa.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * The hs_err_pid files that JVMs leave when they crash. In a container every process has the same id, and a JVM neither writes
 * over a file that is there nor can anybody tell from its name which crash it is of; so each is given another name once it
 * was looked at.
 */
final class CrashReports {
    private static final Logger LOG = Logger.getLogger(CrashReports.class);

    /** Kept for people. */
    private static final int KEPT = 10;

    private static final String SEEN = "crash-";

    /** Lines in which a report says what it is of. */
    private static final int HEADER_LINES = 40;

    private static final List<String> OUT_OF_MEMORY = List.of(
            "OutOfMemory encountered",
            "java.lang.OutOfMemoryError",
            "insufficient memory for the Java Runtime Environment",
            "Out of Memory Error");

    private final Path folder;

    /** {@code folder}: in which JVMs that crash leave them. */
    CrashReports(Path folder) {
        this.folder = folder;
    }

    /**
     * What a process left.
     *
     * @param outOfMemory whether the JVM's own memory was exhausted, as far as the report says
     */
    record Report(Path file, boolean outOfMemory) {}

    /** The report of the latest crash of a process with this id; found once. */
    Optional<Report> take(long pid) {
        Path file = folder.resolve("hs_err_pid" + pid + ".log");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            boolean outOfMemory =
                    header(file).anyMatch(line -> OUT_OF_MEMORY.stream().anyMatch(line::contains));
            String name = SEEN
                    + "%013d-pid%d.log"
                            .formatted(Files.getLastModifiedTime(file).toMillis(), pid);
            Path seen = Files.move(file, folder.resolve(name));
            removeOldest();
            return Optional.of(new Report(seen.toAbsolutePath(), outOfMemory));
        } catch (IOException e) {
            LOG.warnf("Could not read or rename %s; later deaths may be taken for crashes: %s", file, e);
            return Optional.of(new Report(file.toAbsolutePath(), false));
        }
    }

    private static Stream<String> header(Path file) throws IOException {
        try (Stream<String> lines = Files.lines(file, java.nio.charset.StandardCharsets.ISO_8859_1)) {
            return lines.limit(HEADER_LINES).toList().stream();
        }
    }

    private void removeOldest() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> newestFirst = files.filter(
                            file -> file.getFileName().toString().matches(SEEN + "\\d{13}-pid\\d+\\.log"))
                    .sorted(Comparator.comparing(
                                    (Path file) -> file.getFileName().toString())
                            .reversed())
                    .toList();
            for (Path old : newestFirst.subList(Math.min(KEPT, newestFirst.size()), newestFirst.size())) {
                Files.deleteIfExists(old);
            }
        }
    }
}
