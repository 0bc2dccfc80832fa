package org.crvqa.cli.report;

import java.util.List;
import java.util.Optional;
import org.crvqa.study.statistics.Estimate;
import org.crvqa.study.statistics.McNemar;

/**
 * A row less the row that it is set against, on one split.
 *
 * @param place the row and its column
 * @param estimate the difference of the means; with its p-value by bootstrap
 * @param adjustedP the p-value by Holm over the rows of the column
 * @param mcNemar on the questions; empty where the rows answered other questions
 * @param adjustedMcNemar by Holm over the rows of the column; NaN where there is none
 * @param seedTests McNemar's test of each pair of seeds, where the rows share seeds and there are several
 * @param questions of the row
 * @param seeds of the row
 * @param seedsAgainst of the other
 * @param sharedQuestions whether both answered the same
 * @param sharedSeeds whether both have the same
 */
public record Difference(
        Place place,
        Estimate estimate,
        double adjustedP,
        Optional<McNemar> mcNemar,
        double adjustedMcNemar,
        List<SeedTest> seedTests,
        int questions,
        int seeds,
        int seedsAgainst,
        boolean sharedQuestions,
        boolean sharedSeeds) {
    /** Of one pair. @param seed as the rows call it */
    public record SeedTest(String seed, McNemar test) {}

    Difference adjusted(double p, double mcNemarP) {
        return new Difference(
                place,
                estimate,
                p,
                mcNemar,
                mcNemarP,
                seedTests,
                questions,
                seeds,
                seedsAgainst,
                sharedQuestions,
                sharedSeeds);
    }
}
