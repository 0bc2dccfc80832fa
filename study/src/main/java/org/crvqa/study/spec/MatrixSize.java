package org.crvqa.study.spec;

import org.crvqa.experiment.v1.Experiment;
import org.crvqa.experiment.v1.StageSeeds;
import org.crvqa.experiment.v1.SubnetworkSearch;

/** How many runs an experiment makes, found without making them. A few short lists multiply to more than can be planned. */
final class MatrixSize {
    /**
     * At most 200,000 tasks: a run has at most two of its own. They are planned, written down and taken in a gigabyte of
     * heap.
     */
    static final int MAX_RUNS = 100_000;

    private MatrixSize() {}

    /** @throws InvalidExperimentException when it is too large; nothing else of it should then be looked at */
    static void check(Experiment experiment, Violations violations) {
        double runs = runs(experiment);
        if (runs > MAX_RUNS) {
            violations.invalid(
                    "",
                    String.format(
                            "the matrix makes %.0f runs (models x losses x sparsities x seeds), at most %d are allowed;"
                                    + " give parts of it as experiments of their own, which share what they have in"
                                    + " common",
                            runs, MAX_RUNS));
            violations.throwIfAny();
        }
    }

    /** An upper bound, since blocks may overlap. Lists that must not be empty count as one entry. */
    private static double runs(Experiment experiment) {
        StageSeeds axes = experiment.getStageSeeds();
        double stage1 = atLeastOne(experiment.hasStageSeeds() ? axes.getStage1Count() : experiment.getSeedsCount());
        double runs = atLeastOne(experiment.getStage1LossesCount()) * stage1;
        for (SubnetworkSearch block : experiment.getSubnetworksList()) {
            int dense =
                    block.getStage1LossesCount() > 0 ? block.getStage1LossesCount() : experiment.getStage1LossesCount();
            runs += atLeastOne(dense)
                    * atLeastOne(block.getLossesCount())
                    * atLeastOne(block.getSparsitiesCount() + block.getModalitySparsitiesCount())
                    * stage1
                    * atLeastOne(Methods.draws(block) ? axes.getStage2Count() : 1)
                    * (1 + block.getStage3LossesCount() * atLeastOne(axes.getStage3Count()));
        }
        return runs * atLeastOne(experiment.getModelsCount());
    }

    private static double atLeastOne(int count) {
        return Math.max(1, count);
    }
}
