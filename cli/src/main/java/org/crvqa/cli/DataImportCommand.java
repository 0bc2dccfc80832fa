package org.crvqa.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.cli.store.OpenStore;
import org.crvqa.task.v1.DatasetFormat;
import org.crvqa.vqa.data.DatasetSources;
import org.crvqa.vqa.data.ImportOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "import",
        description = "Import questions, answers and region features into the store and name them.",
        footer = {
            "",
            "DIR holds vqacp_v2_{train,test,...}_{questions,annotations}.json as published, one or more",
            "bottom-up-attention *.tsv files with the features of all images, and the model's vocab.txt",
            "(or name that with --vocab).",
            "",
            "The same bytes and options make the same dataset: importing again finds it.",
            "",
            "Examples:",
            "  crvqa data import --vqa-cp data/vqa-cp --name vqa-cp-v2",
            "  crvqa data import --vqa-cp data/mine --vocab bert/vocab.txt --answers-from train --name mine",
            "  crvqa data import --vqa-cp data/mine --name mine --replace --store s3://bucket/crvqa"
        })
final class DataImportCommand implements Callable<Integer> {
    private final CliContext context;

    @Option(names = "--vqa-cp", paramLabel = "DIR", required = true, description = "Folder with files as of VQA-CP v2.")
    private Path folder = Path.of("");

    @Option(names = "--name", paramLabel = "NAME", required = true, description = "What experiments call it.")
    private String name = "";

    @Option(names = "--vocab", paramLabel = "FILE", description = "WordPiece vocabulary. Default: DIR/vocab.txt.")
    private @Nullable Path vocabulary;

    @Option(
            names = "--min-occurrences",
            paramLabel = "N",
            description = "An answer is a candidate when it is the majority answer of so many questions (default 9).")
    private int minOccurrences = ImportOptions.defaults().minOccurrences();

    @Option(
            names = "--answers-from",
            paramLabel = "SPLIT",
            split = ",",
            description = "Splits whose answers count towards the candidates (default train,test as in the paper).")
    private List<String> answersFrom = ImportOptions.defaults().answersFrom();

    @Option(
            names = "--prior-split",
            paramLabel = "SPLIT",
            description = "Split that gives the bias priors (default train).")
    private String priorSplit = ImportOptions.defaults().priorSplit();

    @Option(
            names = "--label-seed",
            paramLabel = "N",
            description = "Seeds the labels of questions without any candidate answer (default 0).")
    private long labelSeed = ImportOptions.defaults().labelSeed();

    @Option(names = "--replace", description = "Let the name stand for this dataset even if it is taken.")
    private boolean replace;

    @Mixin
    private StoreOption store = new StoreOption();

    @Mixin
    private OutputOption output = new OutputOption();

    DataImportCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        DatasetSources sources = DatasetSources.in(
                DatasetFormat.DATASET_FORMAT_VQA_CP_V2, folder, List.of(), Optional.ofNullable(vocabulary));
        ImportOptions options = new ImportOptions(minOccurrences, answersFrom, priorSplit, labelSeed);
        try (OpenStore open = store.open(context)) {
            Manifest manifest = new DatasetImporting(context, open).run(sources, options, name, replace);
            output.print(context.console(), manifest, () -> DatasetImporting.describe(name, manifest));
        }
        return ExitCode.OK;
    }
}
