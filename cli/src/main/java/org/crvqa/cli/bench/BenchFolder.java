package org.crvqa.cli.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.ObjectStores;
import org.crvqa.artifacts.store.StoreSettings;
import org.crvqa.vqa.data.DatasetImport;
import org.crvqa.vqa.data.DatasetSources;
import org.crvqa.vqa.data.ImportListener;
import org.crvqa.vqa.data.ImportOptions;
import org.crvqa.vqa.sample.DataShape;
import org.crvqa.vqa.sample.RandomDataset;

/** A folder for one run, with a store of its own. Closing removes it. */
public final class BenchFolder implements AutoCloseable {
    private static final long SEED = 1;
    private static final String PREFIX = "bench-";
    private static final Duration LEFTOVER_AGE = Duration.ofDays(1);

    private final Path path;

    private BenchFolder(Path path) {
        this.path = path;
    }

    /** A new one below a folder that is there. Old ones, of runs that were killed, are removed. */
    public static BenchFolder create(Path parent) throws IOException {
        removeLeftovers(parent, Instant.now().minus(LEFTOVER_AGE));
        return new BenchFolder(Files.createTempDirectory(parent, PREFIX));
    }

    private static void removeLeftovers(Path parent, Instant before) throws IOException {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, PREFIX + "*")) {
            for (Path folder : folders) {
                if (Files.getLastModifiedTime(folder).toInstant().isBefore(before)) {
                    remove(folder);
                }
            }
        }
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** Makes a dataset of random numbers as an import makes it. */
    public ArtifactKey makeDataset(DataShape shape) throws IOException {
        Path sources = path.resolve("sources");
        RandomDataset.write(sources, shape, SEED);
        Path objects = Files.createDirectories(objects(path));
        try (ObjectStore store = ObjectStores.open(StoreSettings.of(objects.toUri()))) {
            String key = DatasetImport.run(
                            new ArtifactRepository(store, cache(path)),
                            DatasetSources.vqaCp(sources),
                            new ImportOptions(1, List.of("train"), "train", 0),
                            ImportListener.none())
                    .getKey();
            remove(sources);
            return new ArtifactKey(key);
        }
    }

    static Path objects(Path folder) {
        return folder.resolve("store");
    }

    static Path cache(Path folder) {
        return folder.resolve("cache");
    }

    /** Removes the folder; harmless when that was done. */
    @Override
    public void close() {
        try {
            remove(path);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot remove the temporary folder " + path + ": " + e.getMessage(), e);
        }
    }

    private static void remove(Path folder) throws IOException {
        List<Path> found;
        try (Stream<Path> files = Files.walk(folder)) {
            found = files.sorted(Comparator.reverseOrder()).toList();
        } catch (NoSuchFileException e) {
            return;
        }
        for (Path file : found) {
            Files.deleteIfExists(file);
        }
    }
}
