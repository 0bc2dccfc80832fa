package org.crvqa.vqa.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import org.crvqa.vqa.text.Vocabulary;
import org.crvqa.vqa.text.WordPieceTokenizer;

/**
 * Imports questions, annotations and region features into a dataset artifact. Memory grows with the number of
 * questions, by some 200 bytes each, not with the features. The artifact's key depends on the sources' bytes and on the options, so what was
 * imported already is found, not repeated; after a failure nothing stays behind.
 */
public final class DatasetImport {
    /** Raised by every change that changes an artifact's bytes. */
    private static final int ALGORITHM_VERSION = 2;

    private final DatasetSources sources;
    private final ImportOptions options;
    private final SourceFiles files;

    private DatasetImport(DatasetSources sources, ImportOptions options, ImportListener listener) {
        this.sources = sources;
        this.options = options;
        this.files = new SourceFiles(listener);
    }

    /**
     * Imports, unless the artifact exists already.
     *
     * @return the committed manifest, with a {@link DatasetSummary}
     * @throws InvalidInputException when a source is not as it must be; the message names file, line and problem
     */
    public static Manifest run(
            ArtifactRepository repository, DatasetSources sources, ImportOptions options, ImportListener listener) {
        DatasetImport run = new DatasetImport(sources, options, listener);
        run.requireSplits();
        TaskSpec spec = run.spec();
        Optional<Manifest> existing = repository.find(ArtifactKey.of(spec));
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

    private void requireSplits() {
        List<String> names =
                sources.splits().stream().map(DatasetSources.SplitFiles::name).toList();
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
                .setFeatureType(options.featureType());
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
            dataset.addFeatures(source(features));
        }
        dataset.setVocabulary(source(sources.vocabulary()));
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
        Vocabulary vocabulary = Vocabulary.read(sources.vocabulary());
        AnswerCandidates candidates = candidates();
        SplitReader reader =
                new SplitReader(files, new WordPieceTokenizer(vocabulary), candidates, options.labelSeed());
        Map<String, Examples> splits = examples(reader);
        List<Subset> subsets = subsets(splits);
        files.begin("features", sources.features());
        FreeSpace.require(
                draft.file(DatasetFiles.FEATURES).getParent(),
                RegionReaders.storedBytes(sources.features(), options.tensorType()));
        ImageFeatures images = ImageFeatures.convert(files, sources.features(), options.tensorType(), draft::file);
        for (var split : splits.entrySet()) {
            int[] imageRows = SplitWriter.imageRows(split.getValue(), images, sources.features());
            SplitWriter.write(draft.file(DatasetFiles.split(split.getKey())), split.getValue(), imageRows);
        }
        if (!subsets.isEmpty()) {
            Subsets.write(draft.file(DatasetFiles.SUBSETS), subsets);
        }
        DatasetDescription description = new DatasetDescription(
                DatasetDescription.FORMAT,
                List.copyOf(splits.keySet()),
                subsets.stream()
                        .map(subset -> new DatasetDescription.SubsetName(subset.name(), subset.split()))
                        .toList(),
                candidates.answers(),
                reader.questionTypes(),
                images.featureDim(),
                images.maxBoxes(),
                vocabulary.size(),
                vocabulary.clsId(),
                vocabulary.sepId());
        description.write(draft.file(DatasetFiles.DESCRIPTION));
        Priors.of(splits.get(options.priorSplit()), description.questionTypes().size(), candidates.size())
                .write(draft.file(DatasetFiles.PRIORS));
        Files.copy(sources.vocabulary(), draft.file(DatasetFiles.VOCABULARY));
        return summary(description, splits, subsets, images.images());
    }

    private AnswerCandidates candidates() {
        List<DatasetSources.SplitFiles> counted =
                options.answersFrom().stream().map(this::split).toList();
        files.begin(
                "answers",
                counted.stream().map(DatasetSources.SplitFiles::annotations).toList());
        return AnswerCandidates.count(files, counted, options.minOccurrences());
    }

    private DatasetSources.SplitFiles split(String name) {
        return sources.splits().stream()
                .filter(split -> split.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private Map<String, Examples> examples(SplitReader reader) {
        files.begin(
                "questions",
                sources.splits().stream()
                        .flatMap(split -> Stream.of(split.questions(), split.annotations()))
                        .toList());
        Map<String, Examples> splits = new LinkedHashMap<>();
        for (DatasetSources.SplitFiles split : sources.splits()) {
            splits.put(split.name(), reader.read(split));
        }
        return splits;
    }

    private List<Subset> subsets(Map<String, Examples> splits) {
        files.begin("subsets", SubsetIds.files(sources.subsets()));
        List<Subset> subsets = new ArrayList<>();
        Map<SubsetFiles, long[]> ids = new SubsetIds(files).read(sources.subsets());
        for (SubsetFiles subset : sources.subsets()) {
            long[] splitIds = splits.get(subset.split()).questions().ids();
            int[] places = SubsetIds.places(subset, ids.get(subset), splitIds);
            subsets.add(new Subset(subset.name(), subset.split(), places));
        }
        return subsets;
    }

    private DatasetSummary summary(
            DatasetDescription description, Map<String, Examples> splits, List<Subset> subsets, long images) {
        DatasetSummary.Builder summary = DatasetSummary.newBuilder()
                .setFormat(sources.format())
                .setAnswers(description.answers().size())
                .setQuestionTypes(description.questionTypes().size())
                .setVocabularySize(description.vocabularySize())
                .setImages(images)
                .setMaxBoxes(description.maxBoxes())
                .setFeatureDim(description.featureDim());
        subsets.forEach(subset -> summary.addSubsets(SubsetSummary.newBuilder()
                .setName(subset.name())
                .setSplit(subset.split())
                .setQuestions(subset.size())));
        splits.forEach((name, examples) -> summary.addSplits(SplitSummary.newBuilder()
                .setName(name)
                .setQuestions(examples.size())
                .setWithoutLabel(examples.withoutLabel())));
        return summary.build();
    }
}
