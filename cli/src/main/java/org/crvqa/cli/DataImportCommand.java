package org.crvqa.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.cli.store.OpenStore;
import org.crvqa.task.v1.BoxUnit;
import org.crvqa.task.v1.DatasetFormat;
import org.crvqa.task.v1.FeatureType;
import org.crvqa.vqa.data.DatasetSources;
import org.crvqa.vqa.data.ImportOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "import",
        description = "Import questions, answers and region features into the store and name them.",
        footer = {
            "",
            "DIR holds the files as published, each plain or gzipped (.gz):",
            "  --vqa-cp  vqacp_v2_{train,test,...}_{questions,annotations}.json",
            "  --vqa-v2  v2_OpenEnded_mscoco_{train,val}2014_questions.json,",
            "            v2_mscoco_{train,val}2014_annotations.json",
            "  --vqa-vs  {Training,Val,IID-Test}/{Training,Val,IID-Test}-{Ques,Ans}.json, and",
            "            the nine out-of-distribution sets as",
            "            OOD-Test/QT+KW/OOD-Test-QT+KW-Ques.json, ... or as lists QTKW_qid,",
            "            ... of test_annotations.json or IID-Test-Ans.json",
            "and, unless --features and --vocab name them elsewhere, the features of all images",
            "and the model's vocab.txt. Features are *.tsv files of bottom-up-attention or LXMERT,",
            "plain or gzipped, or, where there is none, the first of these that is there:",
            "  *.hdf5, *.h5  of the converter of bottom-up-attention's features, each with its",
            "                index beside it, such as train36_imgid2idx.pkl of train36.hdf5",
            "  *.pkl         pickled dictionaries from image ids to feats and sp_feats",
            "  *.zip         archives with such *.tsv files, as trainval_36.zip; read in place",
            "",
            "The same bytes and options make the same dataset: importing again finds it.",
            "All files are looked through before anything is refused: the first 20 errors are",
            "shown with their places, and how many there are of each kind.",
            "",
            "Examples:",
            "  crvqa data import --vqa-cp data/vqa-cp --name vqa-cp-v2",
            "  crvqa data import --vqa-vs data/VQA-VS --vocab bert/vocab.txt --name vqa-vs \\",
            "      --features train2014_obj36.tsv val2014_obj36.tsv --feature-type float16",
            "  crvqa data import --vqa-v2 data/v2 --name v2 --boxes normalized",
            "  crvqa data import --vqa-v2 data/v2 --name v2 --skip-damaged-images 3",
            "  crvqa data import --vqa-cp data/mine --name mine --replace \\",
            "      --answers-from train+test --store s3://bucket/crvqa"
        })
final class DataImportCommand implements Callable<Integer> {
    private final CliContext context;

    @ArgGroup(multiplicity = "1")
    private Source source = new Source();

    @Option(names = "--name", paramLabel = "NAME", required = true, description = "What experiments call it.")
    private String name = "";

    @Option(
            names = "--features",
            paramLabel = "FILE",
            arity = "1..*",
            description = "Files of region features: TSV, plain, gzipped or in a ZIP archive; HDF5; pickled"
                    + " dictionaries. Default: those in DIR.")
    private List<Path> features = List.of();

    @Option(names = "--vocab", paramLabel = "FILE", description = "WordPiece vocabulary. Default: DIR/vocab.txt.")
    private @Nullable Path vocabulary;

    @Option(
            names = "--feature-type",
            paramLabel = "TYPE",
            description = "How features are stored: float32 (default), or float16, rounded, in half the space.")
    private FeatureTypeName featureType = FeatureTypeName.float32;

    @Option(
            names = "--boxes",
            paramLabel = "UNIT",
            description = "The unit of boxes in the features files: pixels (default), or normalized, fractions of the"
                    + " image's width and height.")
    private BoxUnitName boxes = BoxUnitName.pixels;

    @Option(
            names = "--skip-damaged-images",
            paramLabel = "N",
            description = "Go on without at most N images whose features are damaged, and without the questions about"
                    + " them (default 0). A damaged row of an image that stands whole elsewhere is passed over.")
    private long skipDamagedImages;

    @Option(
            names = "--min-occurrences",
            paramLabel = "N",
            description = "An answer is a candidate when it is the majority answer of so many questions (default 9).")
    private int minOccurrences = ImportOptions.defaults().minOccurrences();

    @Option(
            names = "--answers-from",
            paramLabel = "SPLIT",
            split = "[,+]",
            description = "Splits whose answers count towards the candidates, as train or train+test (default: VQA-CP"
                    + " and VQA-VS train, VQA v2 train+val).")
    private List<String> answersFrom = List.of();

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
        DatasetSources sources =
                DatasetSources.in(source.format(), source.folder(), features, Optional.ofNullable(vocabulary));
        List<String> counted =
                answersFrom.isEmpty() ? ImportOptions.defaults(source.format()).answersFrom() : answersFrom;
        ImportOptions options = new ImportOptions(minOccurrences, counted, priorSplit, labelSeed, featureType.type())
                .withBoxUnit(boxes.unit())
                .withSkipDamagedImages(skipDamagedImages);
        try (OpenStore open = store.open(context)) {
            Manifest manifest = new DatasetImporting(context, open).run(sources, options, name, replace);
            output.print(context.console(), manifest, () -> DatasetImporting.describe(name, manifest));
        }
        return ExitCode.OK;
    }

    /** Where the files are, and with that of which dataset they are. */
    private static final class Source {
        @Option(names = "--vqa-cp", paramLabel = "DIR", description = "Folder with the files of VQA-CP v2.")
        private @Nullable Path vqaCp;

        @Option(names = "--vqa-v2", paramLabel = "DIR", description = "Folder with the files of VQA v2.")
        private @Nullable Path vqaV2;

        @Option(names = "--vqa-vs", paramLabel = "DIR", description = "Folder with the files of VQA-VS.")
        private @Nullable Path vqaVs;

        DatasetFormat format() {
            if (vqaCp != null) {
                return DatasetFormat.DATASET_FORMAT_VQA_CP_V2;
            }
            return vqaV2 != null ? DatasetFormat.DATASET_FORMAT_VQA_V2 : DatasetFormat.DATASET_FORMAT_VQA_VS;
        }

        Path folder() {
            return Stream.of(Optional.ofNullable(vqaCp), Optional.ofNullable(vqaV2), Optional.ofNullable(vqaVs))
                    .flatMap(Optional::stream)
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** Spelt as users write it. */
    private enum BoxUnitName {
        pixels(BoxUnit.BOX_UNIT_UNSPECIFIED),
        normalized(BoxUnit.BOX_UNIT_NORMALIZED);

        private final BoxUnit unit;

        BoxUnitName(BoxUnit unit) {
            this.unit = unit;
        }

        BoxUnit unit() {
            return unit;
        }
    }

    /** Spelt as users write it. */
    private enum FeatureTypeName {
        float32(FeatureType.FEATURE_TYPE_FLOAT32),
        float16(FeatureType.FEATURE_TYPE_FLOAT16);

        private final FeatureType type;

        FeatureTypeName(FeatureType type) {
            this.type = type;
        }

        FeatureType type() {
            return type;
        }
    }
}
