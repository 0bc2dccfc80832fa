package org.crvqa.it.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.crvqa.artifacts.store.StoreSettings;
import org.crvqa.cli.demo.DemoInputs;
import org.crvqa.cli.store.OpenStore;
import org.crvqa.it.Installation;
import org.crvqa.it.Samples;

/** A store with dataset "sample" and model "tiny", imported once for all tests of this JVM. */
final class SharedInputs {
    private static final Path STORE = create();

    private SharedInputs() {}

    /** Makes a store in this folder, which must not exist. */
    static void copyTo(Path store) throws IOException {
        List<Path> paths;
        try (Stream<Path> all = Files.walk(STORE)) {
            paths = all.toList();
        }
        for (Path path : paths) {
            Path copy = store.resolve(STORE.relativize(path));
            if (Files.isDirectory(path)) {
                Files.createDirectories(copy);
            } else {
                Files.copy(path, copy);
            }
        }
    }

    private static Path create() {
        try {
            Path folder = TemporaryFolder.create("inputs");
            Path store = folder.resolve("store");
            try (OpenStore open =
                    OpenStore.open(StoreSettings.of(store.toUri()), Files.createDirectories(folder.resolve("cache")))) {
                new DemoInputs(open, Installation.console(), InstantSource.system())
                        .prepare(folder.resolve("sample"), Samples.SMALL);
            }
            return store;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot prepare the inputs", e);
        }
    }
}
