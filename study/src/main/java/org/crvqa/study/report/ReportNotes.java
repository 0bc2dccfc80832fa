package org.crvqa.study.report;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.experiment.v1.Protocol;
import org.crvqa.study.plan.Plan;
import org.crvqa.study.plan.PlanTask;
import org.crvqa.study.spec.Methods;
import org.crvqa.task.v1.DatasetSpec;
import org.crvqa.task.v1.Keep;
import org.crvqa.task.v1.Precision;
import org.crvqa.task.v1.SplitSelection;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.TextOptions;
import org.crvqa.task.v1.TrainingSettings;

/** The choices that a reader of a report must know, read off the tasks' specs rather than the experiment's file. */
final class ReportNotes {
    private static final String HELD_OUT = "heldout";
    private static final String TRAINING_SPLIT = "train";

    private final Experiment experiment;
    private final Plan plan;
    private final Optional<Manifest> dataset;
    private final List<String> notes = new ArrayList<>();

    private ReportNotes(Experiment experiment, Plan plan, Optional<Manifest> dataset) {
        this.experiment = experiment;
        this.plan = plan;
        this.dataset = dataset;
    }

    static List<String> of(Experiment experiment, Plan plan, Optional<Manifest> dataset) {
        ReportNotes notes = new ReportNotes(experiment, plan, dataset);
        notes.protocol();
        notes.stages();
        notes.precisions();
        notes.text();
        dataset.map(manifest -> manifest.getSpec().getDataset()).ifPresent(notes::answers);
        notes.evaluated();
        notes.seeds();
        return notes.notes;
    }

    private void protocol() {
        notes.add(
                experiment.getProtocol() == Protocol.PROTOCOL_PAPER
                        ? "protocol paper: choices as in the original; a split that is scored here may have chosen a"
                                + " checkpoint"
                        : "protocol heldout: no split that is scored here chose a checkpoint");
        if (!experiment.getPreset().isEmpty()) {
            notes.add("preset " + experiment.getPreset() + " for what the experiment leaves out");
        }
    }

    /** Which split chose the checkpoints of each stage. */
    private void stages() {
        Map<String, Set<String>> choices = new LinkedHashMap<>();
        Set<String> heldOut = new LinkedHashSet<>();
        plan.tasks()
                .forEach(task -> training(task.spec()).ifPresent(training -> {
                    choices.computeIfAbsent(stage(task.spec()), stage -> new LinkedHashSet<>())
                            .add(choice(training));
                    if (training.hasHeldOut()) {
                        heldOut.add(percent(training.getHeldOut().getFraction()) + " % of the images of "
                                + TRAINING_SPLIT
                                + " (seed "
                                + Long.toUnsignedString(training.getHeldOut().getSeed())
                                + ") are held out of training as " + HELD_OUT + "; bias priors count them too");
                    }
                }));
        choices.forEach((stage, choice) -> notes.add(stage + ": " + String.join("; or ", choice)));
        notes.addAll(heldOut);
    }

    private String choice(TrainingSettings training) {
        if (training.getSelection().getKeep() != Keep.KEEP_BEST) {
            return "the last checkpoint is kept";
        }
        SplitSelection split = training.getSelection().getSplit();
        boolean scored = experiment.getEvaluateList().stream()
                .anyMatch(evaluated -> evaluated.getName().equals(split.getName()));
        return "checkpoint chosen on " + split.getName()
                + (split.getMaxQuestions() > 0 ? " (first " + split.getMaxQuestions() + " questions)" : "")
                + " every " + training.getSelection().getEverySteps() + " steps"
                + (scored ? ", WHICH IS SCORED HERE" : "");
    }

    private static Optional<TrainingSettings> training(TaskSpec spec) {
        return switch (spec.getWorkCase()) {
            case TRAIN -> Optional.of(spec.getTrain().getTraining());
            case PRUNE ->
                spec.getPrune().hasTraining() ? Optional.of(spec.getPrune().getTraining()) : Optional.empty();
            case EVALUATE, DATASET, MODEL, WORK_NOT_SET -> Optional.empty();
        };
    }

    private static String stage(TaskSpec spec) {
        if (spec.hasPrune()) {
            return "stage 2";
        }
        return spec.getTrain().hasSubnetwork() ? "stage 3" : "stage 1";
    }

    /** Nothing where all is float32. */
    private void precisions() {
        Set<String> coarse = new LinkedHashSet<>();
        for (PlanTask task : plan.tasks()) {
            Precision precision = training(task.spec())
                    .map(TrainingSettings::getPrecision)
                    .orElse(task.spec().getEvaluate().getPrecision());
            if (precision == Precision.PRECISION_BFLOAT16) {
                coarse.add(task.spec().hasEvaluate() ? "evaluation" : stage(task.spec()));
            }
        }
        if (!coarse.isEmpty()) {
            notes.add("bfloat16 operands of linear layers in " + String.join(", ", coarse)
                    + "; everything else in float32");
        }
    }

    private void text() {
        Set<TextOptions> texts = new LinkedHashSet<>();
        plan.tasks().stream()
                .filter(task -> task.spec().hasEvaluate())
                .forEach(task -> texts.add(task.spec().getEvaluate().getText()));
        for (TextOptions text : texts) {
            notes.add("questions of " + text.getMaxTokens() + " word pieces "
                    + (text.getSpecialTokens() ? "with" : "without") + " [CLS] and [SEP], padding "
                    + (text.getAttentionMask() ? "hidden from attention" : "attended"));
        }
    }

    private void answers(DatasetSpec spec) {
        boolean tested = spec.getAnswersFromList().stream().anyMatch(split -> !split.equals(TRAINING_SPLIT));
        notes.add("candidate answers: at least " + spec.getMinAnswerOccurrences() + " times in "
                + String.join(" and ", spec.getAnswersFromList())
                + (tested ? ": annotations outside " + TRAINING_SPLIT + " decide which answers exist" : ""));
    }

    private void evaluated() {
        for (SplitSelection split : experiment.getEvaluateList()) {
            if (split.getMaxQuestions() > 0) {
                boolean subsets = dataset.stream()
                        .flatMap(manifest -> manifest.getDataset().getSubsetsList().stream())
                        .anyMatch(subset -> subset.getSplit().equals(split.getName()));
                notes.add(split.getName() + ": only the first " + split.getMaxQuestions() + " questions by question id"
                        + (subsets ? ", its subsets as far as they are among these" : ""));
            }
        }
    }

    private void seeds() {
        if (experiment.hasStageSeeds()) {
            boolean searched = experiment.getSubnetworksList().stream().anyMatch(Methods::draws);
            notes.add("a seed axis per stage: " + experiment.getStageSeeds().getStage1Count() + " of stage 1"
                    + (searched ? axis(experiment.getStageSeeds().getStage2Count(), 2) : "")
                    + (Methods.trainStage3(experiment)
                            ? axis(experiment.getStageSeeds().getStage3Count(), 3)
                            : ""));
        }
    }

    private static String axis(int seeds, int stage) {
        return seeds == 0 ? ", stage " + stage + " takes that of stage 1" : ", " + seeds + " of stage " + stage;
    }

    private static String percent(double fraction) {
        return BigDecimal.valueOf(fraction)
                .movePointRight(2)
                .stripTrailingZeros()
                .toPlainString();
    }
}
