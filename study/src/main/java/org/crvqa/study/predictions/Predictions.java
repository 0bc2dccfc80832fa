package org.crvqa.study.predictions;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.crvqa.artifact.v1.Probability;
import org.crvqa.artifact.v1.SplitPredictions;
import org.crvqa.artifacts.ArtifactCorruptException;

/**
 * What an evaluation answered to the questions of one split: {@code predictions-<split>.binpb} of its artifact, checked.
 * {@code i} is a question's place, in [0, {@link #size()}), by ascending id. Immutable.
 */
public final class Predictions {
    /**
     * An answer is right from this VQA accuracy on: at least two of the ten annotators gave it. With one the accuracy is
     * 1/3, with two 2/3.
     */
    public static final float RIGHT = 0.5f;

    private static final int FORMAT = 1;

    private final String split;
    private final int kept;
    private final long[] questionIds;
    private final int[] answers;
    private final float[] probabilities;
    private final float[] accuracies;
    private final List<String> texts;
    private final Probability probability;

    private Predictions(SplitPredictions columns) {
        split = columns.getSplit();
        kept = columns.getKept();
        questionIds =
                columns.getQuestionIdsList().stream().mapToLong(Long::longValue).toArray();
        answers = columns.getAnswersList().stream().mapToInt(Integer::intValue).toArray();
        probabilities = floats(columns.getProbabilitiesList());
        accuracies = floats(columns.getAccuraciesList());
        texts = List.copyOf(columns.getAnswerTextsList());
        probability = columns.getProbability();
    }

    private static float[] floats(List<Float> list) {
        float[] floats = new float[list.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = list.get(i);
        }
        return floats;
    }

    /** The name of a split's file in the artifact of an evaluation. */
    public static String fileName(String split) {
        return "predictions-" + split + ".binpb";
    }

    /**
     * Reads a file and checks it.
     *
     * @throws ArtifactCorruptException when it is not what a release that this one knows writes
     */
    public static Predictions read(Path file) {
        try {
            return of(SplitPredictions.parseFrom(Files.readAllBytes(file)), file.toString());
        } catch (InvalidProtocolBufferException e) {
            throw new ArtifactCorruptException(file + " holds no predictions: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }

    /** Checks what a file holds. @param where for messages @throws ArtifactCorruptException as {@link #read} */
    public static Predictions of(SplitPredictions columns, String where) {
        if (columns.getFormat() != FORMAT) {
            throw new ArtifactCorruptException(where + " is of format " + Integer.toUnsignedString(columns.getFormat())
                    + ", this program reads " + FORMAT + "; read it with the release that wrote it, or a newer one");
        }
        Predictions predictions = new Predictions(columns);
        predictions.checkLengths(where);
        predictions.checkValues(where);
        return predictions;
    }

    private void checkLengths(String where) {
        long expected = (long) questionIds.length * kept;
        if (kept < 1 || answers.length != expected || probabilities.length != expected) {
            throw new ArtifactCorruptException(
                    "%s holds %d answers and %d probabilities, expected %s for each of %d questions"
                            .formatted(
                                    where,
                                    answers.length,
                                    probabilities.length,
                                    Integer.toUnsignedString(kept),
                                    questionIds.length));
        }
        if (accuracies.length != questionIds.length) {
            throw new ArtifactCorruptException(
                    "%s holds %d accuracies of %d questions".formatted(where, accuracies.length, questionIds.length));
        }
    }

    private void checkValues(String where) {
        for (int i = 0; i < questionIds.length; i++) {
            if (i > 0 && questionIds[i] <= questionIds[i - 1]) {
                throw new ArtifactCorruptException("%s holds question %d after %d, expected ascending ids"
                        .formatted(where, questionIds[i], questionIds[i - 1]));
            }
            check(accuracies[i], "accuracy", i, where);
        }
        for (int i = 0; i < answers.length; i++) {
            if (answers[i] < 0 || answers[i] >= texts.size()) {
                throw new ArtifactCorruptException("%s names answer %s of question %d, but has %d answers"
                        .formatted(where, Integer.toUnsignedString(answers[i]), questionIds[i / kept], texts.size()));
            }
            check(probabilities[i], "probability", i / kept, where);
        }
    }

    private void check(float share, String what, int i, String where) {
        // A comparison with NaN is false.
        if (!(share >= 0 && share <= 1)) {
            throw new ArtifactCorruptException(
                    "%s holds the %s %s of question %d, expected 0 to 1".formatted(where, what, share, questionIds[i]));
        }
    }

    /** Name of the split. */
    public String split() {
        return split;
    }

    /** Number of questions. */
    public int size() {
        return questionIds.length;
    }

    /** How many answers there are to each question. */
    public int kept() {
        return kept;
    }

    /** How probabilities came from the model's logits. */
    public Probability probability() {
        return probability;
    }

    /** A question's id. */
    public long questionId(int i) {
        return questionIds[i];
    }

    /** The place of a question, or a negative number where there is no such question. */
    public int place(long questionId) {
        return Arrays.binarySearch(questionIds, questionId);
    }

    /** An answer; {@code rank} from 0, the most probable one, to {@link #kept()} - 1. */
    public String answer(int i, int rank) {
        return texts.get(answers[i * kept + rank]);
    }

    /** Probability of an answer, in [0, 1]. */
    public float probability(int i, int rank) {
        return probabilities[i * kept + rank];
    }

    /** VQA accuracy of the first answer, in [0, 1]. */
    public float accuracy(int i) {
        return accuracies[i];
    }

    /** Whether the first answer counts as {@link #RIGHT}. */
    public boolean isRight(int i) {
        return accuracies[i] >= RIGHT;
    }

    /** Probabilities of the first answers; a new array. */
    public double[] confidences() {
        double[] confidences = new double[size()];
        for (int i = 0; i < confidences.length; i++) {
            confidences[i] = probability(i, 0);
        }
        return confidences;
    }

    /** VQA accuracies of the first answers; a new array. */
    public double[] accuracies() {
        double[] all = new double[size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = accuracies[i];
        }
        return all;
    }
}
