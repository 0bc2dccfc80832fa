package org.crvqa.cli.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.crvqa.cli.local.ClusterFolder;
import org.crvqa.cli.local.ClusterSettings;

/**
 * The folder of a demonstration: generated sample, store, experiment file, logs. A second run finds the first one's work.
 *
 * @param path of the folder
 */
public record DemoFolder(Path path) {
    private static final String EXPERIMENT = "experiment.yaml";
    private static final String MODEL = "lxmert-tiny.json";

    public DemoFolder {
        path = path.toAbsolutePath().normalize();
    }

    /** The generated files, as a person would bring them. */
    public Path sample() {
        return path.resolve("sample");
    }

    /** Logs, caches and lock of the services. */
    public ClusterFolder cluster() {
        return new ClusterFolder(path.resolve("cluster"));
    }

    /** Location of the object store. */
    public String store() {
        return ClusterSettings.storeIn(path);
    }

    /** The experiment file; written when it is not there, so that a person's changes stay. */
    public Path experiment() {
        Path file = path.resolve(EXPERIMENT);
        try {
            if (!Files.exists(file)) {
                Files.createDirectories(path);
                Files.writeString(file, resource(EXPERIMENT));
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file, e);
        }
    }

    /** The text of the small model's configuration; sizes that depend on the data are 0 in it. */
    static String modelConfig() {
        return resource(MODEL);
    }

    private static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(DemoFolder.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read resource " + name, e);
        }
    }
}
