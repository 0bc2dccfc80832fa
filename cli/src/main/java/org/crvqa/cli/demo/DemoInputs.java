package org.crvqa.cli.demo;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.Optional;
import org.crvqa.artifact.v1.DatasetSummary;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.Names;
import org.crvqa.cli.console.Console;
import org.crvqa.cli.console.WorkBar;
import org.crvqa.cli.store.OpenStore;
import org.crvqa.vqa.data.DatasetImport;
import org.crvqa.vqa.data.DatasetSources;
import org.crvqa.vqa.data.ImportOptions;
import org.crvqa.vqa.model.ModelImport;
import org.crvqa.vqa.sample.SampleOptions;
import org.crvqa.vqa.sample.SyntheticDataset;

/** Brings what the demonstration's experiment needs into a store: a generated dataset and a small model. */
public final class DemoInputs {
    private static final Naming USUAL = new Naming("sample", "tiny");

    private final OpenStore store;
    private final Console console;
    private final InstantSource clock;
    private final Naming naming;

    /** What the two are called in the store. */
    public record Naming(String dataset, String model) {}

    /** The store stays the caller's to close. */
    public DemoInputs(OpenStore store, Console console, InstantSource clock) {
        this(store, console, clock, USUAL);
    }

    /** With other names than "sample" and "tiny". The store stays the caller's to close. */
    public DemoInputs(OpenStore store, Console console, InstantSource clock, Naming naming) {
        this.store = store;
        this.console = console;
        this.clock = clock;
        this.naming = naming;
    }

    /** Makes the model, an LXMERT of one layer each, with the sizes that this dataset needs. */
    public void prepareModel(DatasetSummary dataset) {
        if (present(Names.Kind.MODEL, naming.model()).isEmpty()) {
            Manifest model = initialise(dataset);
            store.names().assign(Names.Kind.MODEL, naming.model(), new ArtifactKey(model.getKey()), true);
            console.say("Model '%s': an LXMERT with %,d parameters"
                    .formatted(naming.model(), model.getModel().getParameters()));
        }
    }

    /** Writes the sample into {@code folder}, imports it, and makes the model. */
    public void prepare(Path folder, SampleOptions options) {
        Manifest dataset = present(Names.Kind.DATASET, naming.dataset()).orElseGet(() -> importSample(folder, options));
        prepareModel(dataset.getDataset());
    }

    private Optional<Manifest> present(Names.Kind kind, String name) {
        return store.names()
                .resolve(kind, name)
                .flatMap(key -> store.artifacts().find(key));
    }

    private Manifest importSample(Path folder, SampleOptions options) {
        if (!Files.isDirectory(folder)) {
            console.say("Generating sample data ...");
            generate(folder, options);
        }
        Manifest dataset;
        try (WorkBar bar = new WorkBar(console, clock)) {
            dataset = DatasetImport.run(
                    store.artifacts(),
                    DatasetSources.vqaCp(folder),
                    ImportOptions.defaults(),
                    (phase, done, total) -> bar.update("Importing: " + phase, done, total));
        }
        store.names().assign(Names.Kind.DATASET, naming.dataset(), new ArtifactKey(dataset.getKey()), true);
        DatasetSummary summary = dataset.getDataset();
        long questions = summary.getSplitsList().stream()
                .mapToLong(s -> s.getQuestions())
                .sum();
        console.say("Dataset '%s': %,d questions about %,d images, %d answers"
                .formatted(naming.dataset(), questions, summary.getImages(), summary.getAnswers()));
        return dataset;
    }

    // Under another name first: a folder that is there is whole.
    private static void generate(Path folder, SampleOptions options) {
        Path unfinished = folder.resolveSibling(folder.getFileName() + ".unfinished");
        try {
            Files.createDirectories(unfinished);
            SyntheticDataset.write(unfinished, options);
            Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the sample to " + folder, e);
        }
    }

    // The configuration is a file for the importer, as a person's would be.
    private Manifest initialise(DatasetSummary dataset) {
        JsonObject config = JsonParser.parseString(DemoFolder.modelConfig()).getAsJsonObject();
        config.addProperty("vocab_size", dataset.getVocabularySize());
        config.addProperty("visual_feat_dim", dataset.getFeatureDim());
        try {
            Path file = Files.createTempFile("crvqa-lxmert", ".json");
            try {
                Files.writeString(file, config.toString());
                return ModelImport.initialise(store.artifacts(), file, 0);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the model's configuration", e);
        }
    }
}
