package org.crvqa.cli.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.artifacts.Names;
import org.crvqa.cli.CliContext;
import org.crvqa.cli.demo.DemoInputs;
import org.crvqa.cli.store.OpenStore;
import org.crvqa.vqa.sample.SampleOptions;
import org.jspecify.annotations.Nullable;

/**
 * What the proof trains on.
 *
 * @param dataset key of a dataset
 * @param model key of a model
 */
public record ProofInputs(ArtifactKey dataset, ArtifactKey model) {
    private static final DemoInputs.Naming SAMPLE = new DemoInputs.Naming("verify-resume-sample", "verify-resume-tiny");
    private static final SampleOptions SMALL = SampleOptions.of(1, 2000, 200, 200);

    /**
     * The dataset and model of these names or keys; with neither, a small sample that is made where it is not there.
     *
     * @throws InvalidInputException when one name is missing or unknown
     */
    public static ProofInputs of(CliContext context, OpenStore store, @Nullable String dataset, @Nullable String model)
            throws IOException {
        if (dataset != null && model != null) {
            return named(store, dataset, model);
        }
        if (dataset != null || model != null) {
            throw new InvalidInputException(
                    (dataset == null ? "--model" : "--dataset") + " is given alone",
                    "Give both --dataset and --model, or neither for a small sample.");
        }
        makeSample(context, store);
        return named(store, SAMPLE.dataset(), SAMPLE.model());
    }

    private static ProofInputs named(OpenStore store, String dataset, String model) {
        return new ProofInputs(
                key(store, Names.Kind.DATASET, dataset, "dataset"), key(store, Names.Kind.MODEL, model, "model"));
    }

    private static ArtifactKey key(OpenStore store, Names.Kind kind, String name, String what) {
        return store.names()
                .resolve(kind, name)
                .orElseThrow(() -> new InvalidInputException(
                        "There is no " + what + " '" + name + "' in "
                                + store.objects().location(),
                        "There are: "
                                + String.join(", ", store.names().list(kind).keySet()) + ". Name one with --" + what
                                + ", or another store with --store."));
    }

    private static void makeSample(CliContext context, OpenStore store) throws IOException {
        Path folder = Files.createTempDirectory("crvqa-sample");
        try {
            new DemoInputs(store, context.console(), context.clock(), SAMPLE).prepare(folder.resolve("sample"), SMALL);
        } finally {
            removeFolder(folder);
        }
    }

    private static void removeFolder(Path folder) throws IOException {
        List<Path> found;
        try (Stream<Path> files = Files.walk(folder)) {
            found = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : found) {
            Files.delete(file);
        }
    }
}
