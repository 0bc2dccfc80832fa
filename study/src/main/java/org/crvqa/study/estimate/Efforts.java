package org.crvqa.study.estimate;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.crvqa.artifact.v1.DatasetSummary;
import org.crvqa.artifact.v1.SplitSummary;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.coordinator.v1.WorkKind;
import org.crvqa.study.estimate.WorkProfile.Selecting;
import org.crvqa.study.plan.Inputs;
import org.crvqa.study.plan.Plan;
import org.crvqa.study.plan.PlanTask;
import org.crvqa.study.spec.HeldOutUse;
import org.crvqa.task.v1.EvaluateSpec;
import org.crvqa.task.v1.Keep;
import org.crvqa.task.v1.PruneMethod;
import org.crvqa.task.v1.PruneSpec;
import org.crvqa.task.v1.SplitSelection;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.TrainSpec;
import org.crvqa.task.v1.TrainingSettings;

/** Reads what tasks do off their specs. */
final class Efforts {
    private final DatasetSummary dataset;
    private final Map<String, PlanTask> tasks;

    private Efforts(Plan plan, DatasetSummary dataset) {
        this.dataset = dataset;
        this.tasks = plan.tasks().stream()
                .collect(Collectors.toMap(task -> task.key().hex(), Function.identity()));
    }

    /** Of every task of a plan on this dataset, in its order; a plan on another one has none. */
    static Map<ArtifactKey, Effort> of(Plan plan, ArtifactKey datasetKey, DatasetSummary dataset) {
        Efforts efforts = new Efforts(plan, dataset);
        Map<ArtifactKey, Effort> all = new LinkedHashMap<>();
        for (PlanTask task : plan.tasks()) {
            if (datasetKey(task.spec()).equals(datasetKey.hex())) {
                all.put(task.key(), efforts.of(task.spec()));
            }
        }
        return all;
    }

    static String datasetKey(TaskSpec spec) {
        return switch (spec.getWorkCase()) {
            case TRAIN -> spec.getTrain().getDatasetKey();
            case PRUNE -> spec.getPrune().getDatasetKey();
            case EVALUATE -> spec.getEvaluate().getDatasetKey();
            case DATASET, MODEL, WORK_NOT_SET -> "";
        };
    }

    private Effort of(TaskSpec spec) {
        return switch (spec.getWorkCase()) {
            case TRAIN -> train(spec.getTrain());
            case PRUNE -> prune(spec.getPrune());
            case EVALUATE -> evaluate(spec.getEvaluate());
            case DATASET, MODEL, WORK_NOT_SET ->
                throw new IllegalStateException("No task of a plan: " + spec.getWorkCase());
        };
    }

    private Effort train(TrainSpec spec) {
        WorkKind work = spec.hasSubnetwork() ? WorkKind.WORK_KIND_STAGE3 : WorkKind.WORK_KIND_STAGE1;
        return training(work, new ArtifactKey(spec.getModelKey()), Optional.empty(), spec.getTraining(), 0);
    }

    private Effort prune(PruneSpec spec) {
        int ready = spec.getMethod() == PruneMethod.PRUNE_METHOD_MASK_TRAINING
                ? spec.getMask().getSchedule().getEndStep()
                : 0;
        return training(
                WorkKind.WORK_KIND_STAGE2,
                model(spec.getStage1Key()),
                Optional.of(spec.getMethod()),
                spec.getTraining(),
                ready);
    }

    /** {@code ready}: steps before which no checkpoint can be chosen. Settings that are unset train nothing. */
    private Effort training(
            WorkKind work, ArtifactKey model, Optional<PruneMethod> method, TrainingSettings training, int ready) {
        Selecting selecting = selecting(training, ready);
        WorkProfile profile = new WorkProfile(
                work,
                model,
                method,
                training.getPrecision(),
                training.getBatchSize(),
                training.getText(),
                training.hasDistillation(),
                selecting);
        long steps = training.getSteps();
        long taught = training.hasDistillation() ? steps * training.getBatchSize() : 0;
        return new Effort(profile, steps, selecting.questions(steps) + taught);
    }

    private Selecting selecting(TrainingSettings training, int ready) {
        if (training.getSelection().getKeep() != Keep.KEEP_BEST) {
            return Selecting.NONE;
        }
        SplitSelection split = training.getSelection().getSplit();
        long questions = training.hasHeldOut() && split.getName().equals(HeldOutUse.NAME)
                ? Math.round(
                        questions(Inputs.TRAINING_SPLIT) * training.getHeldOut().getFraction())
                : questions(split.getName());
        return new Selecting(limited(questions, split), training.getSelection().getEverySteps(), ready);
    }

    private Effort evaluate(EvaluateSpec spec) {
        String trained = spec.hasSubnetwork() ? spec.getSubnetwork().getStage1Key() : spec.getTrainKey();
        long questions = spec.getSplitsList().stream()
                .mapToLong(split -> limited(questions(split.getName()), split))
                .sum();
        WorkProfile profile = new WorkProfile(
                WorkKind.WORK_KIND_EVALUATE,
                model(trained),
                Optional.empty(),
                spec.getPrecision(),
                0,
                spec.getText(),
                false,
                Selecting.NONE);
        return new Effort(profile, 0, questions);
    }

    /** Of the training task with this key. */
    private ArtifactKey model(String trained) {
        PlanTask task = tasks.get(trained);
        if (task == null) {
            throw new IllegalStateException("The plan lacks the task " + trained + ", whose result others read");
        }
        return new ArtifactKey(task.spec().getTrain().getModelKey());
    }

    private long questions(String split) {
        return dataset.getSplitsList().stream()
                .filter(found -> found.getName().equals(split))
                .mapToLong(SplitSummary::getQuestions)
                .findFirst()
                .orElse(0);
    }

    private static long limited(long questions, SplitSelection split) {
        return split.getMaxQuestions() > 0 ? Math.min(questions, split.getMaxQuestions()) : questions;
    }
}
