package org.crvqa.vqa.score;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.crvqa.vqa.data.Dataset;
import org.crvqa.vqa.data.Split;
import org.crvqa.vqa.score.PredictionsFile.Prediction;

/** The answers that a model gave to questions of one split, and what they are worth. Not thread-safe. */
public final class SplitScores {
    private final Dataset dataset;
    private final Split split;
    private final int[] places;
    private final int[] answers;

    /**
     * Scores of the questions at these places; the arrays are taken over.
     *
     * @param places in the split, ascending
     * @param answers for each place the label of the answer that was given
     */
    public SplitScores(Dataset dataset, Split split, int[] places, int[] answers) {
        if (places.length != answers.length) {
            throw new IllegalArgumentException(answers.length + " answers to " + places.length + " questions");
        }
        this.dataset = dataset;
        this.split = split;
        this.places = places;
        this.answers = answers;
    }

    /** Accuracy over all the questions; 0 when there are none. */
    public double accuracy() {
        return count().accuracy();
    }

    /** The answers in the order of the questions. */
    public List<Prediction> predictions() {
        return IntStream.range(0, places.length)
                .mapToObj(i -> new Prediction(split.questionId(places[i]), dataset.answer(answers[i])))
                .toList();
    }

    AccuracyCounter count() {
        AccuracyCounter counter = new AccuracyCounter();
        for (int i = 0; i < places.length; i++) {
            count(i, counter);
        }
        return counter;
    }

    /** Of those questions alone that stand at these places of the split too. */
    AccuracyCounter count(int[] members) {
        AccuracyCounter counter = new AccuracyCounter();
        for (int member : members) {
            int i = Arrays.binarySearch(places, member);
            if (i >= 0) {
                count(i, counter);
            }
        }
        return counter;
    }

    /** Name of the split. */
    String split() {
        return split.name();
    }

    int size() {
        return places.length;
    }

    long questionId(int i) {
        return split.questionId(places[i]);
    }

    /** A candidate answer by its label. */
    String text(int label) {
        return dataset.answer(label);
    }

    /** VQA accuracy of the answer that was given. */
    float accuracy(int i) {
        int[] given = split.scoreAnswers(places[i]);
        float[] scores = split.scoreValues(places[i]);
        float score = 0;
        for (int j = 0; j < given.length; j++) {
            if (given[j] == answers[i]) {
                score = scores[j];
            }
        }
        return score;
    }

    private void count(int i, AccuracyCounter counter) {
        int place = places[i];
        double bestScore = 0;
        for (float score : split.scoreValues(place)) {
            bestScore = Math.max(bestScore, score);
        }
        counter.add(
                split.answerType(place).label(),
                dataset.questionType(split.questionType(place)),
                accuracy(i),
                bestScore);
    }
}
