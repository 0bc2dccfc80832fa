package org.crvqa.vqa.data;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.crvqa.artifact.v1.AnswerCount;
import org.crvqa.vqa.data.DatasetSources.SubsetFiles;
import org.crvqa.vqa.text.Vocabulary;
import org.crvqa.vqa.text.WordPieceTokenizer;

/**
 * Reads the questions, annotations and subsets of an import and notes what is wrong with them. Owned by one thread.
 */
final class TextSources {
    private final SourceFiles files;
    private final DatasetSources sources;
    private final ImportOptions options;
    private final Vocabulary vocabulary;
    private final Problems problems;

    TextSources(
            SourceFiles files,
            DatasetSources sources,
            ImportOptions options,
            Vocabulary vocabulary,
            Problems problems) {
        this.files = files;
        this.sources = sources;
        this.options = options;
        this.vocabulary = vocabulary;
        this.problems = problems;
    }

    /**
     * What was read.
     *
     * @param answerCounts how many candidates there would be by these splits or those; first those that were taken
     * @param splits by name, in the order of import
     * @param questionTypes by row
     */
    record Texts(
            AnswerCandidates candidates,
            List<AnswerCount> answerCounts,
            Map<String, Examples> splits,
            List<Subset> subsets,
            List<String> questionTypes) {}

    /**
     * Reads all files.
     *
     * @param without ids of images whose questions are left out, as if they were not in the files
     */
    Texts read(Set<Long> without) {
        AnswerCounts counts = counts(without);
        AnswerCandidates candidates =
                AnswerCandidates.of(counts, options.answersFrom(), options.minOccurrences(), problems);
        try (WordPieceTokenizer tokenizer = new WordPieceTokenizer(vocabulary)) {
            SplitReader reader = new SplitReader(files, tokenizer, candidates, options.labelSeed(), problems);
            Map<String, Examples> splits = examples(reader, without);
            return new Texts(candidates, told(counts), splits, subsets(splits), reader.questionTypes());
        }
    }

    private AnswerCounts counts(Set<Long> without) {
        List<String> read = counted().stream().flatMap(List::stream).distinct().toList();
        List<DatasetSources.SplitFiles> splits = sources.splits().stream()
                .filter(split -> read.contains(split.name()))
                .toList();
        files.begin(
                "answers",
                splits.stream().map(DatasetSources.SplitFiles::annotations).toList());
        return AnswerCounts.read(files, splits, options.answersFrom(), without, problems);
    }

    /** Over which splits answers are counted: as the options say, and as people do otherwise, where these are imported. */
    private List<List<String>> counted() {
        List<String> names =
                sources.splits().stream().map(DatasetSources.SplitFiles::name).toList();
        return Stream.concat(
                        Stream.of(options.answersFrom()),
                        ImportOptions.usualCounts(sources.format()).stream().filter(names::containsAll))
                .distinct()
                .toList();
    }

    private List<AnswerCount> told(AnswerCounts counts) {
        return counted().stream()
                .filter(counts::covers)
                .map(splits -> AnswerCount.newBuilder()
                        .addAllSplits(splits)
                        .setAnswers(counts.frequent(splits, options.minOccurrences())
                                .size())
                        .build())
                .toList();
    }

    private Map<String, Examples> examples(SplitReader reader, Set<Long> without) {
        files.begin(
                "questions",
                sources.splits().stream()
                        .flatMap(split -> Stream.of(split.questions(), split.annotations()))
                        .toList());
        Map<String, Examples> splits = new LinkedHashMap<>();
        for (DatasetSources.SplitFiles split : sources.splits()) {
            splits.put(split.name(), reader.read(split, without));
        }
        return splits;
    }

    private List<Subset> subsets(Map<String, Examples> splits) {
        files.begin("subsets", SubsetIds.files(sources.subsets()));
        Map<SubsetFiles, long[]> ids = new SubsetIds(files, problems).read(sources.subsets());
        List<Subset> subsets = new ArrayList<>();
        for (SubsetFiles subset : sources.subsets()) {
            long[] its = ids.get(subset);
            if (its != null) {
                Questions questions = Stream.ofNullable(splits.get(subset.split()))
                        .findFirst()
                        .orElseThrow()
                        .questions();
                problems.attempt(ProblemKind.SUBSET, () -> SubsetIds.places(subset, its, questions))
                        .ifPresent(places -> subsets.add(new Subset(subset.name(), subset.split(), places)));
            }
        }
        return subsets;
    }
}
