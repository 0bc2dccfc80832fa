package org.crvqa.artifacts;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.crvqa.artifact.v1.FileEntry;

/**
 * The folder of copies of remote files, {@code <key>/<sha256>/<name>}, and of what is being written: {@code drafts},
 * {@code arriving} and {@code states}. When room is needed, first goes what dead processes were writing, then the artifacts that
 * were opened longest ago, never one that a process has in use; the time of an artifact's folder is that of its last opening.
 * The limit counts both. Thread-safe; processes may share it.
 */
final class LocalCache {
    private static final System.Logger LOG = System.getLogger(LocalCache.class.getName());
    private static final Pattern KEY = Pattern.compile("[0-9a-f]{64}");

    /** Folders of what is being written, each entry under a name that begins with its process. */
    static final String DRAFTS = "drafts";

    static final String ARRIVING = "arriving";
    static final String STATES = "states";

    private static final List<String> UNFINISHED = List.of(DRAFTS, ARRIVING, STATES);

    /** For names that do not say whose they are: what is younger may be in use. */
    private static final Duration LEFTOVER_AGE = Duration.ofDays(1);

    private final Path root;
    private final CacheLimit limit;
    private final Space space;

    /** How much of a disk is free, in bytes. */
    @FunctionalInterface
    interface Space {
        long free(Path folder) throws IOException;
    }

    LocalCache(Path root, CacheLimit limit, Space space) {
        this.root = root;
        this.limit = limit;
        this.space = space;
    }

    static LocalCache onDisk(Path root, CacheLimit limit) {
        return new LocalCache(root, limit, folder -> Files.getFileStore(folder).getUsableSpace());
    }

    Path root() {
        return root;
    }

    Path file(ArtifactKey key, FileEntry entry) {
        return root.resolve(key.hex()).resolve(entry.getSha256()).resolve(entry.getName());
    }

    /** A name for a new file or folder of this process in {@code kind}, a folder that exists then. */
    Path fresh(String kind) throws IOException {
        String name = "%016x-%s".formatted(locks().process(), UUID.randomUUID());
        return Files.createDirectories(root.resolve(kind)).resolve(name);
    }

    /** Keeps the artifact in the cache until as many releases. */
    void hold(ArtifactKey key) throws IOException {
        locks().hold(CacheLocks.position(key.hex()));
        Path folder = root.resolve(key.hex());
        if (Files.isDirectory(folder)) {
            Files.setLastModifiedTime(folder, FileTime.from(Instant.now()));
        }
    }

    void release(ArtifactKey key) throws IOException {
        locks().release(CacheLocks.position(key.hex()));
    }

    /** Makes sure that a copy of so many bytes can be added. @throws DiskFullException when not even eviction helps */
    void reserveCopy(long bytes, String what) throws IOException {
        reserve(bytes, limit, what);
    }

    /** Makes sure that the disk takes so many bytes more. @throws DiskFullException when not even eviction helps */
    void reserve(long bytes, String what) throws IOException {
        reserve(bytes, CacheLimit.DISK, what);
    }

    private void reserve(long bytes, CacheLimit bound, String what) throws IOException {
        Files.createDirectories(root);
        sweep(Instant.now());
        List<Path> oldestFirst = artifacts();
        long used = 0;
        for (String kind : UNFINISHED) {
            used += size(root.resolve(kind));
        }
        for (Path folder : oldestFirst) {
            used += size(folder);
        }
        for (Path folder : oldestFirst) {
            if (fits(bytes, used, bound)) {
                return;
            }
            long freed = size(folder);
            used -= remove(folder) ? freed : 0;
        }
        if (!fits(bytes, used, bound)) {
            throw full(bytes, used, bound, what);
        }
    }

    private boolean fits(long bytes, long used, CacheLimit bound) throws IOException {
        return bytes <= space.free(root) && bytes <= bound.bytes() - used;
    }

    private DiskFullException full(long bytes, long used, CacheLimit bound, String what) throws IOException {
        boolean byLimit = bytes > bound.bytes() - used;
        String found = byLimit
                ? used + " of the " + bound.bytes() + " bytes that CRVQA_CACHE_GIB allows are in use"
                : space.free(root) + " are free";
        return new DiskFullException(
                what + " needs " + bytes + " bytes in the cache " + root + ", but " + found
                        + " after everything was evicted that no process has open",
                byLimit
                        ? "Raise CRVQA_CACHE_GIB, or run fewer tasks at once with this cache."
                        : "Free space where CRVQA_CACHE points, or point it at a larger disk.");
    }

    /** Removes whatever no process has in use. */
    void evictAll() throws IOException {
        for (Path folder : artifacts()) {
            remove(folder);
        }
    }

    private boolean remove(Path folder) throws IOException {
        long position = CacheLocks.position(folder.getFileName().toString());
        try {
            return locks().alone(position, () -> new LocalFolder(folder).close());
        } catch (UncheckedIOException e) {
            LOG.log(Level.WARNING, "Could not evict {0}: {1}", folder, e.getMessage());
            return false;
        }
    }

    /** Removes what dead processes were writing, as far as this user may. */
    void sweep(Instant now) {
        try {
            sweepLeftovers(now);
        } catch (IOException | UncheckedIOException e) {
            LOG.log(Level.WARNING, "Could not remove leftovers from {0}: {1}", root, e.getMessage());
        }
    }

    private void sweepLeftovers(Instant now) throws IOException {
        for (String kind : UNFINISHED) {
            for (Path left : children(root.resolve(kind))) {
                sweep(left, now);
            }
        }
    }

    private void sweep(Path left, Instant now) throws IOException {
        String owner = left.getFileName().toString().split("-", 2)[0];
        if (owner.matches("0[0-9a-f]{15}")) {
            locks().alone(Long.parseLong(owner, 16), () -> new LocalFolder(left).close());
        } else if (newest(left).isBefore(now.minus(LEFTOVER_AGE))) {
            new LocalFolder(left).close();
        }
    }

    private CacheLocks locks() throws IOException {
        Files.createDirectories(root);
        return CacheLocks.of(root);
    }

    private List<Path> artifacts() throws IOException {
        List<Path> folders = new ArrayList<>();
        for (Path child : children(root)) {
            if (KEY.matcher(child.getFileName().toString()).matches()) {
                folders.add(child);
            }
        }
        // Read once: another process may open one during the sort.
        record Aged(Path folder, Instant opened) {}
        return folders.stream()
                .map(folder -> new Aged(folder, modified(folder)))
                .sorted(Comparator.comparing(Aged::opened).thenComparing(Aged::folder))
                .map(Aged::folder)
                .toList();
    }

    private static List<Path> children(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.toList();
        }
    }

    private static long size(Path folder) throws IOException {
        long bytes = 0;
        for (Path path : tree(folder)) {
            bytes += Files.isRegularFile(path) ? path.toFile().length() : 0;
        }
        return bytes;
    }

    private static Instant newest(Path folder) throws IOException {
        return tree(folder).stream()
                .map(LocalCache::modified)
                .max(Comparator.naturalOrder())
                .orElse(Instant.MAX);
    }

    /** Empty when another process removed it. */
    private static List<Path> tree(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.toList();
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof NoSuchFileException) {
                return List.of();
            }
            throw e;
        }
    }

    /** Without an exception where the file is gone meanwhile. */
    private static Instant modified(Path path) {
        return Instant.ofEpochMilli(path.toFile().lastModified());
    }
}
