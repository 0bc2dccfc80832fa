package org.crvqa.vqa.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.tensorfile.SafetensorsReader;
import org.crvqa.vqa.text.Vocabulary;
import org.crvqa.vqa.text.WordPieceText;

/**
 * The questions of one split for people: what was asked about which image, and what the annotators said. Takes the small
 * files of a dataset's artifact, not the features. {@code i} is a question's place, in [0, {@link #size()}). Immutable.
 */
public final class AskedQuestions {
    private final DatasetDescription description;
    private final Split split;
    private final long[] imageIds;
    private final WordPieceText text;
    private final List<Subset> subsets;

    /**
     * An answer that annotators gave, among the candidates.
     *
     * @param score its VQA accuracy: min(n/3, 1) of n annotators
     */
    public record Gold(String answer, float score) {}

    private AskedQuestions(DatasetDescription description, Split split, Function<String, Path> files) {
        this.description = description;
        this.split = split;
        try (SafetensorsReader reader = SafetensorsReader.open(files.apply(DatasetFiles.IMAGES))) {
            imageIds = reader.longs(DatasetFiles.IMAGE_ID);
        }
        text = new WordPieceText(Vocabulary.read(files.apply(DatasetFiles.VOCABULARY)));
        List<DatasetDescription.SubsetName> names = description.subsets().stream()
                .filter(subset -> subset.split().equals(split.name()))
                .toList();
        subsets = names.isEmpty()
                ? List.of()
                : Subsets.read(files.apply(DatasetFiles.SUBSETS), names, Map.of(split.name(), split));
    }

    /**
     * Reads a split.
     *
     * @param files of the dataset's artifact by their names; asked only for those that are needed
     * @throws InvalidInputException when the dataset has no such split
     * @throws ArtifactCorruptException when files do not fit together
     */
    public static AskedQuestions read(String split, Function<String, Path> files) {
        DatasetDescription description = DatasetDescription.read(files.apply(DatasetFiles.DESCRIPTION));
        if (!description.splits().contains(split)) {
            throw new InvalidInputException(
                    "The dataset has no split " + split + " but " + String.join(", ", description.splits()),
                    "Name one of the dataset's splits.");
        }
        Path file = files.apply(DatasetFiles.split(split));
        AskedQuestions questions = new AskedQuestions(description, Split.read(split, file), files);
        questions.check(file);
        return questions;
    }

    private void check(Path file) {
        for (int i = 0; i < split.size(); i++) {
            boolean fits = split.imageRow(i) >= 0
                    && split.imageRow(i) < imageIds.length
                    && split.questionType(i) >= 0
                    && split.questionType(i) < description.questionTypes().size()
                    && Arrays.stream(split.tokens(i)).allMatch(id -> id >= 0 && id < description.vocabularySize())
                    && Arrays.stream(split.scoreAnswers(i))
                            .allMatch(label ->
                                    label >= 0 && label < description.answers().size());
            if (!fits) {
                throw new ArtifactCorruptException(
                        file + " does not fit to the dataset's other files at question " + split.questionId(i));
            }
        }
    }

    /** Number of questions. */
    public int size() {
        return split.size();
    }

    /** The question's id in its source. */
    public long questionId(int i) {
        return split.questionId(i);
    }

    /** The id of its image. */
    public long imageId(int i) {
        return imageIds[split.imageRow(i)];
    }

    /** What was asked, as a model reads it: in lower case, what is no word of the vocabulary as {@code [UNK]}. */
    public String question(int i) {
        return text.of(split.tokens(i));
    }

    /** What annotators said, best first; answers that are no candidates are not kept in a dataset. */
    public List<Gold> gold(int i) {
        int[] labels = split.scoreAnswers(i);
        float[] scores = split.scoreValues(i);
        List<Gold> gold = new ArrayList<>();
        for (int j = 0; j < labels.length; j++) {
            gold.add(new Gold(description.answers().get(labels[j]), scores[j]));
        }
        gold.sort(Comparator.comparingDouble(Gold::score).reversed());
        return gold;
    }

    /** Such as "how many". */
    public String questionType(int i) {
        return description.questionTypes().get(split.questionType(i));
    }

    /** The kind of answer. */
    public AnswerType answerType(int i) {
        return split.answerType(i);
    }

    /** Names of the subsets that the question is in. */
    public List<String> subsets(int i) {
        return subsets.stream()
                .filter(subset -> subset.contains(i))
                .map(Subset::name)
                .toList();
    }

    /** Question types that occur in the dataset, in its order. */
    public List<String> questionTypes() {
        return description.questionTypes();
    }

    /** Names of all subsets of the split. */
    public List<String> subsetNames() {
        return subsets.stream().map(Subset::name).toList();
    }
}
