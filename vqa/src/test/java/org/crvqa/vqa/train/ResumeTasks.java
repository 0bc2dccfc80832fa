package org.crvqa.vqa.train;

import java.nio.file.Path;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.task.v1.Binariser;
import org.crvqa.task.v1.Distillation;
import org.crvqa.task.v1.Keep;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.MaskInitialisation;
import org.crvqa.task.v1.OptimizerKind;
import org.crvqa.task.v1.Precision;
import org.crvqa.task.v1.PruneMethod;
import org.crvqa.task.v1.PruneSpec;
import org.crvqa.task.v1.Selection;
import org.crvqa.task.v1.Sparsity;
import org.crvqa.task.v1.SparsityScheduleKind;
import org.crvqa.task.v1.SplitSelection;
import org.crvqa.task.v1.Subnetwork;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.TrainSpec;
import org.crvqa.task.v1.TrainingSettings;

/** A tiny task of every kind that has a training state of its own. */
final class ResumeTasks {
    static final int STEPS = 12;
    private static final double RATE = 0.7;

    /** Kinds of tasks. */
    enum Kind {
        STAGE1_ADAM,
        STAGE1_ADAMW,
        STAGE1_ADAMW_HUGGING_FACE,
        STAGE1_BFLOAT16,
        KEEP_BEST_EARLY,
        KEEP_BEST_LATE,
        LMH_MIXIN,
        STAGE3,
        STAGE3_DISTILLED,
        MASK_THRESHOLD,
        MASK_SIGN,
        MASK_BERNOULLI,
        MASK_TWO_OF_FOUR,
        MASK_TWO_OF_FOUR_DRAWN,
        MASK_RISING_BEST,
        MASK_HEAD_AND_BIASES,
        MASK_DISTILLED,
        MASK_BFLOAT16,
        HEAD_ONLY,
        ITERATIVE,
        ITERATIVE_REWIND,
        ITERATIVE_GLOBAL_BEST,
        VISUAL_BERT,
        VISUAL_BERT_MASK
    }

    private final TaskRuns runs;
    private final String dataset;
    private final String lxmert;
    private final String visualBert;

    ResumeTasks(TaskRuns runs, Path folder) {
        this.runs = runs;
        dataset = runs.dataset(TinyVqaCp.write(folder), TinyVqaCp.OPTIONS);
        lxmert = runs.model(TinyVqaCp.config(TinyVqaCp.WORDS, TinyVqaCp.FEATURES));
        visualBert = runs.model(TinyVqaCp.visualBertConfig());
    }

    /** The task of a kind; what it builds on has run. */
    TaskSpec of(Kind kind) {
        return switch (kind) {
            case STAGE1_ADAM -> stage1(OptimizerKind.OPTIMIZER_KIND_ADAM);
            case STAGE1_ADAMW -> stage1(OptimizerKind.OPTIMIZER_KIND_ADAMW);
            case STAGE1_ADAMW_HUGGING_FACE -> stage1(OptimizerKind.OPTIMIZER_KIND_ADAMW_HUGGING_FACE);
            case STAGE1_BFLOAT16 -> bfloat16();
            case KEEP_BEST_EARLY -> keepBest(true);
            case KEEP_BEST_LATE -> keepBest(false);
            case LMH_MIXIN -> lmh();
            case STAGE3 -> stage3(TinyVqaCp.training(STEPS));
            case STAGE3_DISTILLED -> stage3(distilled());
            case MASK_THRESHOLD -> task(masks(Binariser.BINARISER_THRESHOLD));
            case MASK_SIGN -> task(masks(Binariser.BINARISER_SIGN));
            case MASK_BERNOULLI -> task(masks(Binariser.BINARISER_BERNOULLI));
            case MASK_TWO_OF_FOUR -> twoOfFour(Binariser.BINARISER_THRESHOLD);
            case MASK_TWO_OF_FOUR_DRAWN -> twoOfFour(Binariser.BINARISER_BERNOULLI);
            case MASK_RISING_BEST -> rising();
            case MASK_HEAD_AND_BIASES -> headAndBiases();
            case MASK_DISTILLED -> task(masks(Binariser.BINARISER_THRESHOLD).setTraining(distilled()));
            case MASK_BFLOAT16 -> bfloat16Masks();
            case HEAD_ONLY -> task(prune(lxmert, PruneMethod.PRUNE_METHOD_HEAD_ONLY));
            case ITERATIVE -> task(iterative());
            case ITERATIVE_REWIND -> rewinding();
            case ITERATIVE_GLOBAL_BEST -> globalBest();
            case VISUAL_BERT -> task(TinyVqaCp.stage1(dataset, visualBert, STEPS));
            case VISUAL_BERT_MASK -> task(prune(visualBert, PruneMethod.PRUNE_METHOD_MASK_TRAINING));
        };
    }

    private TaskSpec stage1(OptimizerKind kind) {
        TrainSpec.Builder spec = TinyVqaCp.stage1(dataset, lxmert, STEPS);
        spec.getTrainingBuilder().getOptimizerBuilder().setKind(kind).setWeightDecay(0.01);
        return task(spec);
    }

    private TaskSpec bfloat16() {
        TrainSpec.Builder spec = TinyVqaCp.stage1(dataset, lxmert, STEPS);
        spec.getTrainingBuilder().setPrecision(Precision.PRECISION_BFLOAT16).setSelection(best());
        return task(spec);
    }

    private TaskSpec bfloat16Masks() {
        PruneSpec.Builder spec = masks(Binariser.BINARISER_THRESHOLD);
        spec.getTrainingBuilder().setPrecision(Precision.PRECISION_BFLOAT16);
        return task(spec);
    }

    /** Early: a rate that spoils the model soon, so that the best one is saved before any death. */
    private TaskSpec keepBest(boolean early) {
        TrainSpec.Builder spec = TinyVqaCp.stage1(dataset, lxmert, STEPS);
        spec.getTrainingBuilder().setSelection(best());
        if (early) {
            spec.getTrainingBuilder().getLearningRateBuilder().setPeak(0.5).setWarmupSteps(STEPS);
        }
        return task(spec);
    }

    private TaskSpec lmh() {
        TrainSpec.Builder spec = TinyVqaCp.stage1(dataset, lxmert, STEPS);
        spec.getTrainingBuilder()
                .getLossBuilder()
                .setKind(LossKind.LOSS_KIND_LMH)
                .setTrainMixin(true);
        return task(spec);
    }

    private TaskSpec stage3(TrainingSettings.Builder training) {
        String stage1 = stage1(lxmert);
        Manifest stage2 = run(task(prune(lxmert, PruneMethod.PRUNE_METHOD_MAGNITUDE)));
        return task(TinyVqaCp.stage1(dataset, lxmert, STEPS)
                .setTraining(training)
                .setSubnetwork(Subnetwork.newBuilder().setStage1Key(stage1).setStage2Key(stage2.getKey())));
    }

    private TaskSpec twoOfFour(Binariser binariser) {
        PruneSpec.Builder spec = prune(visualBert, PruneMethod.PRUNE_METHOD_MASK_TRAINING);
        spec.getMaskBuilder()
                .setBinariser(binariser)
                .getPatternBuilder()
                .setKeep(2)
                .setOf(4);
        spec.setSparsity(Sparsity.newBuilder().setLanguage(0.5).setPooler(0.5));
        return task(spec);
    }

    private TaskSpec rising() {
        PruneSpec.Builder spec = masks(Binariser.BINARISER_THRESHOLD);
        spec.getMaskBuilder()
                .getScheduleBuilder()
                .setKind(SparsityScheduleKind.SPARSITY_SCHEDULE_KIND_GRADUAL)
                .setInitialSparsity(0.1)
                .setEndStep(7);
        spec.getTrainingBuilder().setSelection(best());
        return task(spec);
    }

    private TaskSpec headAndBiases() {
        PruneSpec.Builder spec = masks(Binariser.BINARISER_THRESHOLD);
        spec.getMaskBuilder().setHead(true).setBiases(true);
        spec.getTrainingBuilder().setSelection(best());
        return task(spec);
    }

    private TaskSpec rewinding() {
        PruneSpec.Builder spec = iterative();
        spec.getIterativeBuilder().setRewind(true);
        return task(spec);
    }

    private TaskSpec globalBest() {
        PruneSpec.Builder spec = iterative();
        spec.getMaskBuilder().setInitialisation(MaskInitialisation.MASK_INITIALISATION_GLOBAL_MAGNITUDE);
        spec.getTrainingBuilder().setSelection(best());
        return task(spec);
    }

    private PruneSpec.Builder iterative() {
        return prune(lxmert, PruneMethod.PRUNE_METHOD_ITERATIVE_MAGNITUDE);
    }

    private PruneSpec.Builder masks(Binariser binariser) {
        PruneSpec.Builder spec = prune(lxmert, PruneMethod.PRUNE_METHOD_MASK_TRAINING);
        spec.getMaskBuilder().setBinariser(binariser);
        return spec;
    }

    private PruneSpec.Builder prune(String model, PruneMethod method) {
        Sparsity.Builder sparsity = Sparsity.newBuilder().setLanguage(RATE).setPooler(RATE);
        if (model.equals(lxmert)) {
            sparsity.setVision(RATE).setFusion(RATE);
        }
        PruneSpec.Builder spec = PruneSpec.newBuilder()
                .setDatasetKey(dataset)
                .setStage1Key(stage1(model))
                .setMethod(method)
                .setMask(TinyVqaCp.mask(method))
                .setSparsity(sparsity);
        if (PruneSpecs.trains(method)) {
            spec.setTraining(TinyVqaCp.training(STEPS)).setSeed(3);
        }
        if (method == PruneMethod.PRUNE_METHOD_MASK_TRAINING) {
            // Not a divisor of the step at which a part of the state is lost: thresholds are not made anew there.
            spec.setThresholdEverySteps(4);
        }
        if (method == PruneMethod.PRUNE_METHOD_ITERATIVE_MAGNITUDE) {
            spec.getIterativeBuilder().setRounds(3);
        }
        return spec;
    }

    private String stage1(String model) {
        return run(task(TinyVqaCp.stage1(dataset, model, 20))).getKey();
    }

    private Manifest run(TaskSpec spec) {
        return runs.run(spec, new SampleRows.Silent());
    }

    private static TrainingSettings.Builder distilled() {
        return TinyVqaCp.training(STEPS)
                .setDistillation(Distillation.newBuilder().setWeight(0.5));
    }

    private static Selection best() {
        return Selection.newBuilder()
                .setKeep(Keep.KEEP_BEST)
                .setSplit(SplitSelection.newBuilder().setName("test"))
                .setEverySteps(1)
                .build();
    }

    private static TaskSpec task(TrainSpec.Builder spec) {
        return TaskSpec.newBuilder().setTrain(spec).build();
    }

    private static TaskSpec task(PruneSpec.Builder spec) {
        return TaskSpec.newBuilder().setPrune(spec).build();
    }
}
