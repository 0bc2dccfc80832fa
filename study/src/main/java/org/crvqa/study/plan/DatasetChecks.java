package org.crvqa.study.plan;

import java.util.List;
import org.crvqa.artifact.v1.DatasetSummary;
import org.crvqa.artifact.v1.SplitSummary;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.experiment.v1.StageSettings;
import org.crvqa.experiment.v1.SubnetworkSearch;
import org.crvqa.study.spec.HeldOutUse;
import org.crvqa.study.spec.Violations;

/** What an experiment must satisfy for the dataset that it names. */
final class DatasetChecks {
    private final Experiment experiment;
    private final DatasetSummary dataset;
    private final Violations violations;
    private final Selections selections;

    private DatasetChecks(Experiment experiment, DatasetSummary dataset, Violations violations) {
        this.experiment = experiment;
        this.dataset = dataset;
        this.violations = violations;
        this.selections = new Selections(experiment, dataset, Release.CURRENT.defaults());
    }

    static void check(Experiment experiment, DatasetSummary dataset, Violations violations) {
        new DatasetChecks(experiment, dataset, violations).check();
    }

    private void check() {
        if (!splits().contains(Inputs.TRAINING_SPLIT)) {
            violations.invalid(
                    "dataset",
                    "has no split '" + Inputs.TRAINING_SPLIT + "' to train on; it has " + String.join(", ", splits()));
        }
        for (int i = 0; i < experiment.getEvaluateCount(); i++) {
            split("evaluate[" + i + "].name", experiment.getEvaluate(i).getName());
        }
        stage("stage1", Stage.DENSE, experiment.getStage1());
        stage("stage2", Stage.SUBNETWORK, experiment.getStage2());
        stage("stage3", Stage.PRUNED, experiment.getStage3());
    }

    private List<String> splits() {
        return dataset.getSplitsList().stream().map(SplitSummary::getName).toList();
    }

    private void split(String path, String name) {
        if (!name.isBlank() && !splits().contains(name)) {
            violations.invalid(path, "the dataset has no split '" + name + "'; it has " + String.join(", ", splits()));
        }
    }

    private void selection(String path, String split, StageSettings settings) {
        boolean heldOut = split.equals(HeldOutUse.NAME);
        if (heldOut && splits().contains(split)) {
            violations.invalid(
                    path,
                    "the dataset has a split '" + split + "' of its own, which is also what the held-out part of "
                            + Inputs.TRAINING_SPLIT + " is called; import the dataset with another name for it");
        } else if (!heldOut && settings.hasSelectionSplit()) {
            split(path, split);
        } else if (!heldOut && !splits().contains(split)) {
            violations.invalid(
                    path,
                    "protocol paper chooses by '" + split + "', which this dataset does not have; name one of "
                            + String.join(", ", splits()));
        }
    }

    private void stage(String name, Stage stage, StageSettings settings) {
        selections.split(stage).ifPresent(split -> selection(name + ".selection_split", split, settings));
        if (settings.hasBatchSize() && settings.getBatchSize() < 1) {
            return;
        }
        long steps = new StageDefaults(experiment, dataset, Release.CURRENT.defaults()).steps(stage);
        if (steps > Integer.MAX_VALUE) {
            violations.invalid(name + ".epochs", "makes " + steps + " steps, which is more than any run can take");
        } else if (settings.hasWarmupSteps() && !settings.hasSteps() && settings.getWarmupSteps() >= steps) {
            violations.invalid(name + ".warmup_steps", "must be below the stage's " + steps + " steps");
        }
        if (stage == Stage.SUBNETWORK) {
            subnetworks(steps);
        }
        if (settings.hasEvaluateEverySteps() && settings.getEvaluateEverySteps() > steps) {
            violations.invalid(
                    name + ".evaluate_every_steps",
                    "is more than the stage's " + steps + " steps, so nothing would be evaluated");
        }
    }

    /** What blocks of the matrix ask of stage 2's number of steps. */
    private void subnetworks(long steps) {
        for (int i = 0; i < experiment.getSubnetworksCount(); i++) {
            SubnetworkSearch block = experiment.getSubnetworks(i);
            int end = block.getSchedule().getEndStep();
            if (end > steps) {
                violations.invalid(
                        "subnetworks[" + i + "].schedule.end_step",
                        "is " + end + ", after the last of stage 2's " + steps + " steps");
            }
            int rounds = block.getIterative().getRounds();
            if (rounds > steps) {
                violations.invalid(
                        "subnetworks[" + i + "].iterative.rounds",
                        "is " + rounds + ", more than stage 2's " + steps
                                + " steps, which are those of all rounds together");
            }
        }
    }
}
