package org.crvqa.cli.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.artifacts.Names;
import org.crvqa.cli.store.OpenStore;
import org.crvqa.vqa.model.ConfigFile;

/**
 * A model by its configuration; what it weighs does not matter for what it costs.
 *
 * @param name for people
 */
public record BenchModel(String name, ConfigFile file) {
    private static final String BASE = "lxmert-base";

    /** LXMERT of the size that was published. */
    public static BenchModel base() {
        try (InputStream in = BenchModel.class.getResourceAsStream(BASE + ".json")) {
            if (in == null) {
                throw new AssertionError("The program lacks its resource " + BASE + ".json");
            }
            String json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return new BenchModel(BASE, ConfigFile.parse(json, BASE + ".json"));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the program's resource " + BASE + ".json", e);
        }
    }

    /** By a {@code config.json}. @throws InvalidInputException when there is none or it is of no known model */
    public static BenchModel read(Path config) {
        return new BenchModel(String.valueOf(config.getFileName()), ConfigFile.read(config));
    }

    /** A model of the store, of which only the manifest is read. @throws InvalidInputException when there is none */
    public static BenchModel stored(OpenStore store, String nameOrKey) {
        ArtifactKey key =
                store.names().resolve(Names.Kind.MODEL, nameOrKey).orElseThrow(() -> missing(store, nameOrKey));
        Manifest manifest = store.artifacts().require(key);
        if (!manifest.getSpec().hasModel()) {
            throw new InvalidInputException(
                    "Artifact " + key + " is no model", "Give the name or key of a model with --model.");
        }
        return new BenchModel(
                nameOrKey,
                ConfigFile.parse(manifest.getSpec().getModel().getConfigJson(), "The configuration of " + nameOrKey));
    }

    private static InvalidInputException missing(OpenStore store, String name) {
        Set<String> there = store.names().list(Names.Kind.MODEL).keySet();
        return new InvalidInputException(
                "There is no model '" + name + "' in " + store.objects().location(),
                (there.isEmpty() ? "There is none at all." : "There are: " + String.join(", ", there) + ".")
                        + " Name one with --model, another store with --store, or give a config.json with --config.");
    }
}
