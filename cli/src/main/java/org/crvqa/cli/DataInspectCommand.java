package org.crvqa.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.crvqa.artifacts.Artifact;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.artifacts.Names;
import org.crvqa.cli.chart.PictureFile;
import org.crvqa.cli.dataset.DatasetJson;
import org.crvqa.cli.dataset.DatasetPicture;
import org.crvqa.cli.dataset.DatasetText;
import org.crvqa.cli.dataset.DatasetView;
import org.crvqa.cli.store.OpenStore;
import org.crvqa.vqa.analysis.DatasetProfile;
import org.crvqa.vqa.analysis.RegionProfile;
import org.crvqa.vqa.data.Dataset;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "inspect",
        description =
                "Say what a dataset holds, how its regions are distributed, and how its answers shift between its splits.",
        footer = {
            "",
            "Answers count by their soft scores, as in the bias prior. The files of the",
            "dataset are verified first, which takes a while where they are large. Sizes of",
            "boxes and norms of features are those of 1,000 images at most, spread evenly.",
            "",
            "Examples:",
            "  crvqa data inspect vqa-cp-v2",
            "  crvqa data inspect vqa-cp-v2 --types 12 --top 7 --picture shift.svg",
            "  crvqa data inspect vqa-vs --reference train --split iid-test,qt --output json"
        })
final class DataInspectCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(paramLabel = "DATASET", description = "Its name in the store, or its key.")
    private String name = "";

    @Option(
            names = "--reference",
            paramLabel = "SPLIT",
            description = "Measure shifts from this split. Default: the one that gives the bias priors.")
    private @Nullable String reference;

    @Option(
            names = "--split",
            paramLabel = "NAME",
            split = ",",
            description = "Look only at these splits and subsets beside it. Default: all.")
    private List<String> splits = List.of();

    @Option(names = "--top", paramLabel = "N", description = "Name so many answers of each question type (default 5).")
    private int top = 5;

    @Option(
            names = "--types",
            paramLabel = "N",
            description = "Show so many question types, those that shift most first (default 20).")
    private int types = 20;

    @Option(names = "--picture", paramLabel = "FILE", description = "Also draw it: FILE.svg or FILE.png.")
    private @Nullable Path picture;

    @Mixin
    private StoreOption store = new StoreOption();

    @Mixin
    private OutputOption output = new OutputOption();

    DataInspectCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        if (top < 1 || types < 1) {
            throw new InvalidInputException(
                    "--top is " + top + " and --types is " + types + ", expected at least 1", "Give larger numbers.");
        }
        PictureFile file = picture == null ? null : PictureFile.of(picture);
        try (OpenStore open = store.openExisting(context)) {
            DatasetView view = view(open);
            if (output.json()) {
                context.console().print(DatasetJson.of(view));
            } else {
                DatasetText.lines(view, context.console().outColor()).forEach(context.console()::print);
            }
            if (file != null) {
                file.write(DatasetPicture.draw(view));
            }
        }
        return ExitCode.OK;
    }

    private DatasetView view(OpenStore open) {
        ArtifactKey key = open.names()
                .resolve(Names.Kind.DATASET, name)
                .orElseThrow(() -> new InvalidInputException(
                        "There is no dataset '" + name + "' in "
                                + open.objects().location(),
                        "Import it with 'crvqa data import', or name another store with --store."));
        Artifact artifact = open.artifacts().open(key);
        String from =
                reference == null ? artifact.manifest().getSpec().getDataset().getPriorSplit() : reference;
        try (Dataset dataset = Dataset.open(artifact)) {
            DatasetProfile profile = DatasetProfile.of(dataset, from, splits);
            return new DatasetView(
                    profile,
                    name,
                    dataset.tokenizer(),
                    top,
                    Math.min(types, profile.questionTypes().size()),
                    RegionProfile.of(dataset),
                    DatasetView.LeftOut.of(dataset, artifact.manifest().getDataset()));
        }
    }
}
