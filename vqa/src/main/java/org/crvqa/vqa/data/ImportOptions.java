package org.crvqa.vqa.data;

import java.util.List;
import org.crvqa.artifacts.InvalidInputException;

/**
 * Choices that decide what a dataset contains.
 *
 * @param minOccurrences a candidate answer is the majority answer of at least so many questions of {@code answersFrom}
 * @param answersFrom names of the splits whose answers count, in this order
 * @param priorSplit name of the split that gives the bias priors
 * @param labelSeed seeds the labels of examples without any candidate answer
 */
public record ImportOptions(int minOccurrences, List<String> answersFrom, String priorSplit, long labelSeed) {
    /** @throws InvalidInputException when {@code minOccurrences} is below 1 or {@code answersFrom} is empty */
    public ImportOptions {
        answersFrom = List.copyOf(answersFrom);
        if (minOccurrences < 1) {
            throw new InvalidInputException(
                    "The least number of occurrences of an answer is " + minOccurrences + ", expected at least 1",
                    "Give a number from 1 on; the paper uses 9.");
        }
        if (answersFrom.isEmpty()) {
            throw new InvalidInputException(
                    "No split is named from which to take candidate answers",
                    "Name at least one; the paper uses train and test.");
        }
    }

    /** The choices of the paper: answers that occur 9 times in train and test, priors of train. */
    public static ImportOptions defaults() {
        return new ImportOptions(9, List.of("train", "test"), "train", 0);
    }
}
