package org.crvqa.study.spec;

import java.util.List;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.experiment.v1.StageSeeds;

/** One axis of seeds for the whole run, or one per stage. */
final class SeedRules {
    private SeedRules() {}

    static void check(Experiment experiment, Violations violations) {
        if (!experiment.hasStageSeeds()) {
            ExperimentRules.distinct("seeds", text(experiment.getSeedsList()), "seed, such as [0, 1]", violations);
            return;
        }
        if (experiment.getSeedsCount() > 0) {
            violations.invalid("stage_seeds", "cannot be given beside seeds; keep one of them");
        }
        StageSeeds axes = experiment.getStageSeeds();
        ExperimentRules.distinct("stage_seeds.stage1", text(axes.getStage1List()), "seed, such as [0, 1]", violations);
        ExperimentRules.noDuplicates("stage_seeds.stage2", text(axes.getStage2List()), violations);
        ExperimentRules.noDuplicates("stage_seeds.stage3", text(axes.getStage3List()), violations);
        if (axes.getStage2Count() > 0
                && experiment.getSubnetworksList().stream().noneMatch(Methods::draws)) {
            violations.invalid(
                    "stage_seeds.stage2",
                    "has no effect: no block of subnetworks trains or draws a mask in stage 2; remove the key");
        }
        if (axes.getStage3Count() > 0 && !Methods.trainStage3(experiment)) {
            violations.invalid(
                    "stage_seeds.stage3", "has no effect: no block of subnetworks has stage3_losses; remove the key");
        }
    }

    private static List<String> text(List<Long> seeds) {
        return seeds.stream().map(Long::toUnsignedString).toList();
    }
}
