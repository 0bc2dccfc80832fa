package org.crvqa.vqa.analysis;

import java.util.ArrayList;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.data.Dataset;
import org.crvqa.vqa.data.Subset;

/**
 * What a dataset holds and how its answers shift between its splits and subsets.
 *
 * @param boxes over the images: how many, and least, mean and most regions
 * @param answers candidate answers by label
 * @param questionTypes by row
 * @param reference the population from which shifts are measured
 * @param others all other splits, in the order of import, then the subsets
 */
public record DatasetProfile(
        LongSummaryStatistics boxes,
        List<String> answers,
        List<String> questionTypes,
        Population reference,
        List<Population> others) {
    public DatasetProfile {
        answers = List.copyOf(answers);
        questionTypes = List.copyOf(questionTypes);
        others = List.copyOf(others);
    }

    /**
     * Reads all examples of a dataset.
     *
     * @param reference name of the split from which shifts are measured
     * @param shown names of splits and subsets to look at beside it; empty: all
     * @throws InvalidInputException when there is no split or subset of a name
     */
    public static DatasetProfile of(Dataset dataset, String reference, List<String> shown) {
        List<String> known = Stream.concat(
                        dataset.splitNames().stream(),
                        dataset.subsets().stream().map(Subset::name))
                .toList();
        for (String name : shown) {
            if (!known.contains(name)) {
                throw new InvalidInputException(
                        "The dataset has no split or subset " + name + " but " + String.join(", ", known),
                        "Name some of these.");
            }
        }
        List<Population> others = new ArrayList<>();
        for (String split : dataset.splitNames()) {
            if (!split.equals(reference) && (shown.isEmpty() || shown.contains(split))) {
                others.add(Population.of(dataset, split));
            }
        }
        for (Subset subset : dataset.subsets()) {
            if (shown.isEmpty() || shown.contains(subset.name())) {
                others.add(Population.of(dataset, subset));
            }
        }
        return new DatasetProfile(
                IntStream.range(0, dataset.images()).mapToLong(dataset::regions).summaryStatistics(),
                IntStream.range(0, dataset.answers()).mapToObj(dataset::answer).toList(),
                IntStream.range(0, dataset.questionTypes())
                        .mapToObj(dataset::questionType)
                        .toList(),
                Population.of(dataset, reference),
                others);
    }

    /** The reference and all others. */
    public List<Population> populations() {
        return Stream.concat(Stream.of(reference), others.stream()).toList();
    }
}
