package org.crvqa.vqa.data;

import java.nio.file.Path;
import java.util.Arrays;
import org.crvqa.artifacts.ArtifactCorruptException;
import org.crvqa.vqa.tensorfile.SafetensorsReader;

/**
 * The examples of one split by ascending question id. {@code i} is an example's place, in [0, {@link #size()}).
 * Immutable: arrays that are returned are copies.
 */
public final class Split {
    private static final AnswerType[] ANSWER_TYPES = AnswerType.values();

    private final String name;
    private final long[] questionIds;
    private final int[] imageRows;
    private final int[] labels;
    private final int[] questionTypes;
    private final byte[] answerTypes;
    private final int[] tokenStarts;
    private final int[] tokens;
    private final int[] scoreStarts;
    private final int[] scoreAnswers;
    private final float[] scoreValues;

    private Split(String name, SafetensorsReader reader) {
        this.name = name;
        questionIds = reader.longs(DatasetFiles.QUESTION_ID);
        imageRows = reader.ints(DatasetFiles.IMAGE_ROW);
        labels = reader.ints(DatasetFiles.LABEL);
        questionTypes = reader.ints(DatasetFiles.QUESTION_TYPE);
        answerTypes = reader.unsignedBytes(DatasetFiles.ANSWER_TYPE);
        tokenStarts = reader.ints(DatasetFiles.TOKEN_START);
        tokens = reader.ints(DatasetFiles.TOKENS);
        scoreStarts = reader.ints(DatasetFiles.SCORE_START);
        scoreAnswers = reader.ints(DatasetFiles.SCORE_ANSWER);
        scoreValues = reader.floats(DatasetFiles.SCORE_VALUE);
    }

    static Split read(String name, Path file) {
        try (SafetensorsReader reader = SafetensorsReader.open(file)) {
            Split split = new Split(name, reader);
            split.check(file);
            return split;
        }
    }

    private void check(Path file) {
        int n = questionIds.length;
        boolean complete = imageRows.length == n
                && labels.length == n
                && questionTypes.length == n
                && answerTypes.length == n
                && isStarts(tokenStarts, n, tokens.length)
                && isStarts(scoreStarts, n, scoreAnswers.length)
                && scoreValues.length == scoreAnswers.length;
        if (!complete) {
            throw new ArtifactCorruptException(file + " holds tensors whose lengths do not fit together");
        }
    }

    private static boolean isStarts(int[] starts, int lists, int elements) {
        if (starts.length != lists + 1 || starts[0] != 0 || starts[lists] != elements) {
            return false;
        }
        for (int i = 0; i < lists; i++) {
            if (starts[i] > starts[i + 1]) {
                return false;
            }
        }
        return true;
    }

    /** Name of the split, such as "train". */
    public String name() {
        return name;
    }

    /** Number of examples. */
    public int size() {
        return questionIds.length;
    }

    /** The question's id in its source. */
    public long questionId(int i) {
        return questionIds[i];
    }

    /** The question's word pieces, of any length and without [CLS] and [SEP]. */
    public int[] tokens(int i) {
        return Arrays.copyOfRange(tokens, tokenStarts[i], tokenStarts[i + 1]);
    }

    /** The image's row, for {@link Dataset#copyFeatures} and {@link Dataset#copyBoxes}. */
    public int imageRow(int i) {
        return imageRows[i];
    }

    /** Candidate answers that annotators gave, in the order in which they did. Empty when there is none. */
    public int[] scoreAnswers(int i) {
        return Arrays.copyOfRange(scoreAnswers, scoreStarts[i], scoreStarts[i + 1]);
    }

    /** Number of {@link #scoreAnswers}. */
    public int scoreCount(int i) {
        return scoreStarts[i + 1] - scoreStarts[i];
    }

    /** Soft scores min(n/3, 1) of {@link #scoreAnswers}, n the number of annotators. All other answers score 0. */
    public float[] scoreValues(int i) {
        return Arrays.copyOfRange(scoreValues, scoreStarts[i], scoreStarts[i + 1]);
    }

    /** The first answer with the highest score, or a fixed random answer when {@link #scoreAnswers} is empty. */
    public int label(int i) {
        return labels[i];
    }

    /** The question type's row, for {@link Dataset#bias}. */
    public int questionType(int i) {
        return questionTypes[i];
    }

    /** The kind of answer. */
    public AnswerType answerType(int i) {
        return ANSWER_TYPES[answerTypes[i]];
    }
}
