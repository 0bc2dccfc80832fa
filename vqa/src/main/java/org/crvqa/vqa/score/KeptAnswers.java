package org.crvqa.vqa.score;

import org.crvqa.artifact.v1.Probability;
import org.crvqa.vqa.data.Dataset;
import org.crvqa.vqa.data.Split;

/**
 * The most probable answers to the questions of a split. The arrays are taken over and not to be changed.
 *
 * @param kept how many of each question
 * @param answers labels, of each question {@code kept}, the most probable first
 * @param probabilities of these answers, in [0, 1]
 * @param probability how they came from the model's logits
 */
public record KeptAnswers(int kept, int[] answers, float[] probabilities, Probability probability) {
    public KeptAnswers {
        if (kept < 1 || answers.length % kept != 0 || answers.length != probabilities.length) {
            throw new IllegalArgumentException(answers.length + " answers and " + probabilities.length
                    + " probabilities, " + kept + " a question");
        }
    }

    /** Scores of the first answers. @param places of the questions in the split, ascending */
    public SplitScores scores(Dataset dataset, Split split, int[] places) {
        int[] best = new int[answers.length / kept];
        for (int i = 0; i < best.length; i++) {
            best[i] = answers[i * kept];
        }
        return new SplitScores(dataset, split, places, best);
    }
}
