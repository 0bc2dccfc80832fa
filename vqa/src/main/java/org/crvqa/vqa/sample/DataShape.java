package org.crvqa.vqa.sample;

import org.crvqa.artifacts.InvalidInputException;

/**
 * What a data set of random numbers has the same as a real one.
 *
 * @param words word pieces of the vocabulary, the special ones included
 * @param featureDim numbers per region feature
 * @param regions of every image
 * @param tokens word pieces of every question
 * @param answers candidate answers
 * @param trainQuestions at least; no fewer than answers, since each is the answer to some question
 * @param testQuestions of the other split
 * @param images to which the questions of both splits belong
 */
public record DataShape(
        int words,
        int featureDim,
        int regions,
        int tokens,
        int answers,
        int trainQuestions,
        int testQuestions,
        int images) {
    /** @throws InvalidInputException when a number is too small; the message names it */
    public DataShape {
        atLeast("word pieces", words, RandomDataset.SPECIAL_PIECES.size() + 1);
        atLeast("numbers per region feature", featureDim, 1);
        atLeast("regions", regions, 1);
        atLeast("tokens", tokens, 1);
        atLeast("answers", answers, 1);
        atLeast("training questions", trainQuestions, 1);
        atLeast("test questions", testQuestions, 1);
        atLeast("images", images, 1);
        trainQuestions = Math.max(trainQuestions, answers);
    }

    private static void atLeast(String name, int value, int least) {
        if (value < least) {
            throw new InvalidInputException(
                    "Data set of random numbers: " + name + ": found " + value + ", expected at least " + least,
                    "Give a larger number.");
        }
    }
}
