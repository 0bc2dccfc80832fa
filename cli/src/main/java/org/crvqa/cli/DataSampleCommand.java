package org.crvqa.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.artifacts.Names;
import org.crvqa.cli.store.OpenStore;
import org.crvqa.vqa.data.DatasetSources;
import org.crvqa.vqa.data.ImportOptions;
import org.crvqa.vqa.sample.SampleOptions;
import org.crvqa.vqa.sample.SyntheticDataset;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "sample",
        description = {
            "Generate a small dataset in the formats of the real ones.",
            "",
            "Questions about drawn scenes, with a split 'iid' whose answers are distributed as in training and a split"
                    + " 'test' where that is turned around. Files only, unless --import-as names a dataset of the store."
        },
        footer = {
            "",
            "The same options write the same bytes.",
            "",
            "Examples:",
            "  crvqa data sample --out sample",
            "  crvqa data sample --out sample --import-as sample",
            "  crvqa data sample --out small --train 2000 --test 500 --iid 500 --seed 3"
        })
final class DataSampleCommand implements Callable<Integer> {
    private final CliContext context;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "A new or empty folder for the files.")
    private Path folder = Path.of("");

    @Option(names = "--seed", paramLabel = "N", description = "Seeds all that is drawn (default 1).")
    private long seed = SampleOptions.defaults().seed();

    @Option(names = "--train", paramLabel = "N", description = "At least so many training questions (default 20000).")
    private int train = SampleOptions.defaults().trainQuestions();

    @Option(names = "--test", paramLabel = "N", description = "The same of the split test (default 4000).")
    private int test = SampleOptions.defaults().testQuestions();

    @Option(names = "--iid", paramLabel = "N", description = "The same of the split iid (default 4000).")
    private int iid = SampleOptions.defaults().iidQuestions();

    @Option(names = "--import-as", paramLabel = "NAME", description = "Also import it into the store under this name.")
    private @Nullable String name;

    @Option(names = "--replace", description = "Let the name stand for this dataset even if it is taken.")
    private boolean replace;

    @Mixin
    private StoreOption store = new StoreOption();

    @Mixin
    private OutputOption output = new OutputOption();

    DataSampleCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        if (name != null) {
            Names.check(name);
        }
        requireEmpty(folder);
        SyntheticDataset.write(folder, SampleOptions.of(seed, train, test, iid));
        context.console().say("Wrote " + folder);
        if (name != null) {
            importAs(name);
        }
        return ExitCode.OK;
    }

    private void importAs(String dataset) {
        try (OpenStore open = store.open(context)) {
            Manifest manifest = new DatasetImporting(context, open)
                    .run(DatasetSources.vqaCp(folder), ImportOptions.defaults(), dataset, replace);
            output.print(context.console(), manifest, () -> DatasetImporting.describe(dataset, manifest));
        }
    }

    private static void requireEmpty(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        if (!Files.isDirectory(folder)) {
            throw new InvalidInputException(folder + " is a file, expected a folder", "Name another with --out.");
        }
        try (Stream<Path> entries = Files.list(folder)) {
            List<Path> found = entries.limit(1).toList();
            if (!found.isEmpty()) {
                throw new InvalidInputException(
                        folder + " is not empty: it holds " + found.get(0).getFileName(), "Name another with --out.");
            }
        }
    }
}
