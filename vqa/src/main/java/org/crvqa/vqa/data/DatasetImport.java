package org.crvqa.vqa.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.crvqa.artifact.v1.DatasetSummary;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifact.v1.SplitSummary;
import org.crvqa.artifact.v1.SubsetSummary;
import org.crvqa.artifacts.ArtifactDraft;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.BuildInfo;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.DatasetSpec;
import org.crvqa.task.v1.SourceFile;
import org.crvqa.task.v1.SplitSource;
import org.crvqa.task.v1.SubsetSource;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.vqa.data.DatasetSources.SubsetFiles;
import org.crvqa.vqa.text.TokenizerVersion;
import org.crvqa.vqa.text.Vocabulary;

/**
 * Imports questions, annotations and region features into a dataset artifact. Memory grows with the number of
 * questions, by some 200 bytes each, not with the features. The artifact's key depends on the sources' bytes and on the options, so what was
 * imported already is found, not repeated; after a failure nothing stays behind.
 */
public final class DatasetImport {
    /** Raised by every change that changes an artifact's bytes. */
    private static final int ALGORITHM_VERSION = 3;

    private static final TokenizerVersion TOKENIZER = TokenizerVersion.current();

    /** Where there are problems already, so many bytes of features are looked through for more. */
    private static final long CHECKED_BYTES = 1L << 30;

    private final DatasetSources sources;
    private final ImportOptions options;
    private final ImportListener listener;
    private final SourceFiles files;
    private final ImageIds imageIds;
    private final Problems problems = new Problems();

    private DatasetImport(DatasetSources sources, ImportOptions options, ImportListener listener) {
        this.sources = sources;
        this.options = options;
        this.listener = listener;
        this.files = new SourceFiles(listener);
        this.imageIds = new ImageIds(files);
    }

    /** As the other, under any key. */
    public static Manifest run(
            ArtifactRepository repository, DatasetSources sources, ImportOptions options, ImportListener listener) {
        return run(repository, sources, options, listener, key -> {});
    }

    /**
     * Imports, unless the artifact exists already.
     *
     * @param accepted told of the key before the work begins; what it throws ends the import
     * @return the committed manifest, with a {@link DatasetSummary}
     * @throws InvalidInputException when sources are not as they must be; the message names file, line and problem of the
     *     first few, and how many there are of each kind
     */
    public static Manifest run(
            ArtifactRepository repository,
            DatasetSources sources,
            ImportOptions options,
            ImportListener listener,
            Consumer<ArtifactKey> accepted) {
        DatasetImport run = new DatasetImport(sources, options, listener);
        run.requireSplits();
        run.requireReadable();
        TaskSpec spec = run.spec();
        ArtifactKey key = ArtifactKey.of(spec);
        accepted.accept(key);
        Optional<Manifest> existing = repository.find(key);
        if (existing.isPresent()) {
            return existing.get();
        }
        try (ArtifactDraft draft = repository.draft(spec)) {
            DatasetSummary summary = run.build(draft);
            run.files.requireUnchanged();
            return draft.commit(Manifest.newBuilder()
                    .setDataset(summary)
                    .setProducer(BuildInfo.commandLine())
                    .build());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the dataset: " + e.getMessage(), e);
        }
    }

    /** Files that are something else are found before anything is read whole; the others are then looked through at once. */
    private void requireReadable() {
        files.begin("files", List.of());
        new SourceKinds(files, sources).note(problems);
        if (!problems.isEmpty()) {
            texts(vocabulary()).read(Set.of());
            checkFeatures();
            problems.throwIfAny();
        }
    }

    private void requireSplits() {
        List<String> names = splitNames();
        Stream.concat(options.answersFrom().stream(), Stream.of(options.priorSplit()))
                .filter(name -> !names.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw new InvalidInputException(
                            "There is no split " + name + " among " + String.join(", ", names)
                                    + ", but answers or priors are to be taken from it",
                            "Name splits that are imported.");
                });
    }

    private TaskSpec spec() {
        files.begin("check", sourceFiles());
        DatasetSpec.Builder dataset = DatasetSpec.newBuilder()
                .setFormat(sources.format())
                .setMinAnswerOccurrences(options.minOccurrences())
                .addAllAnswersFrom(options.answersFrom())
                .setPriorSplit(options.priorSplit())
                .setLabelSeed(options.labelSeed())
                .setFeatureType(options.featureType())
                .setBoxUnit(options.boxUnit())
                .setSkipDamagedImages(options.skipDamagedImages());
        for (DatasetSources.SplitFiles split : sources.splits()) {
            dataset.addSplits(SplitSource.newBuilder()
                    .setName(split.name())
                    .setQuestions(source(split.questions()))
                    .setAnnotations(source(split.annotations())));
        }
        for (SubsetFiles subset : sources.subsets()) {
            dataset.addSubsets(SubsetSource.newBuilder()
                    .setName(subset.name())
                    .setSplit(subset.split())
                    .setIds(source(subset.ids())));
        }
        for (Path features : RegionReaders.withIndexes(sources.features())) {
            imageIds.hash(features);
            dataset.addFeatures(source(features));
        }
        dataset.setVocabulary(source(sources.vocabulary()));
        dataset.setTokenizer(TOKENIZER.toString());
        return TaskSpec.newBuilder()
                .setAlgorithmVersion(ALGORITHM_VERSION)
                .setDataset(dataset)
                .build();
    }

    private SourceFile source(Path file) {
        return SourceFile.newBuilder().setSha256(files.hash(file)).build();
    }

    private List<Path> sourceFiles() {
        List<Path> all = new ArrayList<>(RegionReaders.withIndexes(sources.features()));
        all.add(sources.vocabulary());
        for (DatasetSources.SplitFiles split : sources.splits()) {
            all.add(split.questions());
            all.add(split.annotations());
        }
        all.addAll(SubsetIds.files(sources.subsets()));
        return all.stream().distinct().toList();
    }

    private DatasetSummary build(ArtifactDraft draft) throws IOException {
        Vocabulary vocabulary = vocabulary();
        TextSources textSources = texts(vocabulary);
        TextSources.Texts texts = textSources.read(Set.of());
        imageIds.of(sources.features())
                .ifPresent(has -> MissingFeatures.note(texts.splits().values(), has, sources.features(), problems));
        if (!problems.isEmpty()) {
            checkFeatures();
            problems.throwIfAny();
        }
        ImageFeatures.Result images = features(draft);
        problems.throwIfAny();
        Set<Long> skipped = images.skipped();
        MissingFeatures.note(
                texts.splits().values(),
                id -> images.index().row(id).isPresent() || skipped.contains(id),
                sources.features(),
                problems);
        problems.throwIfAny();
        TextSources.Texts left = skipped.isEmpty() ? texts : textSources.read(skipped);
        problems.throwIfAny();
        return write(draft, vocabulary, left, images);
    }

    private TextSources texts(Vocabulary vocabulary) {
        return new TextSources(files, sources, options, vocabulary, problems);
    }

    /** Without one, questions are still looked through for other problems, which takes any. */
    private Vocabulary vocabulary() {
        return problems.attempt(ProblemKind.FILE, () -> VocabularyFile.read(files, sources.vocabulary()))
                .orElseGet(() -> Vocabulary.of(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]"), "no file"));
    }

    private void checkFeatures() {
        files.begin("more errors", sources.features());
        ImageFeatures.check(files, sources.features(), options, CHECKED_BYTES, problems);
    }

    private ImageFeatures.Result features(ArtifactDraft draft) throws IOException {
        files.begin("features", sources.features());
        FreeSpace.require(
                draft.file(DatasetFiles.FEATURES).getParent(),
                RegionReaders.storedBytes(sources.features(), options.tensorType()));
        try (FeatureSink sink = FeatureSink.of(options.tensorType(), draft::file)) {
            return ImageFeatures.convert(files, sources.features(), options, sink, listener, problems);
        }
    }

    private DatasetSummary write(
            ArtifactDraft draft, Vocabulary vocabulary, TextSources.Texts texts, ImageFeatures.Result images)
            throws IOException {
        Map<String, Examples> splits = texts.splits();
        List<Subset> subsets = texts.subsets();
        splits.forEach((name, examples) -> SplitWriter.write(
                draft.file(DatasetFiles.split(name)), examples, SplitWriter.imageRows(examples, images.index())));
        if (!subsets.isEmpty()) {
            Subsets.write(draft.file(DatasetFiles.SUBSETS), subsets);
        }
        DatasetDescription description = new DatasetDescription(
                DatasetDescription.FORMAT,
                List.copyOf(splits.keySet()),
                subsets.stream()
                        .map(subset -> new DatasetDescription.SubsetName(subset.name(), subset.split()))
                        .toList(),
                texts.candidates().answers(),
                texts.questionTypes(),
                images.index().featureDim(),
                images.index().maxBoxes(),
                vocabulary.size(),
                vocabulary.clsId(),
                vocabulary.sepId(),
                TOKENIZER.toString(),
                List.copyOf(images.skipped()));
        description.write(draft.file(DatasetFiles.DESCRIPTION));
        Priors.of(
                        splits.get(options.priorSplit()),
                        description.questionTypes().size(),
                        texts.candidates().size())
                .write(draft.file(DatasetFiles.PRIORS));
        VocabularyFile.copy(files, sources.vocabulary(), draft.file(DatasetFiles.VOCABULARY));
        return summary(description, splits, subsets, images.index().size())
                .addAllAnswerCounts(texts.answerCounts())
                .build();
    }

    private List<String> splitNames() {
        return sources.splits().stream().map(DatasetSources.SplitFiles::name).toList();
    }

    private DatasetSummary.Builder summary(
            DatasetDescription description, Map<String, Examples> splits, List<Subset> subsets, long images) {
        DatasetSummary.Builder summary = DatasetSummary.newBuilder()
                .setFormat(sources.format())
                .setAnswers(description.answers().size())
                .setQuestionTypes(description.questionTypes().size())
                .setVocabularySize(description.vocabularySize())
                .setImages(images)
                .setMaxBoxes(description.maxBoxes())
                .setFeatureDim(description.featureDim())
                .setSkippedImages(description.skippedImages().size());
        subsets.forEach(subset -> summary.addSubsets(SubsetSummary.newBuilder()
                .setName(subset.name())
                .setSplit(subset.split())
                .setQuestions(subset.size())));
        splits.forEach((name, examples) -> summary.addSplits(SplitSummary.newBuilder()
                .setName(name)
                .setQuestions(examples.size())
                .setWithoutLabel(examples.withoutLabel())
                .setSkippedQuestions(examples.questions().skipped())));
        return summary;
    }
}
