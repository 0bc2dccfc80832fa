package org.crvqa.study.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.experiment.v1.StageSeeds;

/** The seeds of a cell's runs: one for all stages, or every combination of an axis per stage. */
final class SeedAxes {
    private final Experiment experiment;

    SeedAxes(Experiment experiment) {
        this.experiment = experiment;
    }

    /** In order, stage 1 slowest. Only stages that draw something have a seed, so that no run is there twice. */
    List<Seeds> of(Cell cell) {
        boolean draws = cell.search().map(Cell.Search::draws).orElse(false);
        boolean tuned = cell.stage3Loss().isPresent();
        StageSeeds axes = experiment.getStageSeeds();
        List<Seeds> all = new ArrayList<>();
        for (long first : stage1()) {
            for (OptionalLong second : axis(draws, axes.getStage2List(), first)) {
                for (OptionalLong third : axis(tuned, axes.getStage3List(), first)) {
                    all.add(new Seeds(first, second, third));
                }
            }
        }
        return all;
    }

    private List<Long> stage1() {
        return experiment.hasStageSeeds() ? experiment.getStageSeeds().getStage1List() : experiment.getSeedsList();
    }

    private static List<OptionalLong> axis(boolean needed, List<Long> seeds, long first) {
        if (!needed) {
            return List.of(OptionalLong.empty());
        }
        return seeds.isEmpty()
                ? List.of(OptionalLong.of(first))
                : seeds.stream().map(OptionalLong::of).toList();
    }
}
