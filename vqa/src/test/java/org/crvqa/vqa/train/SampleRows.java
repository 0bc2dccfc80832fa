package org.crvqa.vqa.train;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.artifacts.TaskObserver;
import org.crvqa.task.v1.EvaluateSpec;
import org.crvqa.task.v1.HeadBias;
import org.crvqa.task.v1.Keep;
import org.crvqa.task.v1.LearningRate;
import org.crvqa.task.v1.Loss;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.Optimizer;
import org.crvqa.task.v1.OptimizerKind;
import org.crvqa.task.v1.PruneMethod;
import org.crvqa.task.v1.PruneSpec;
import org.crvqa.task.v1.Selection;
import org.crvqa.task.v1.Sparsity;
import org.crvqa.task.v1.SplitSelection;
import org.crvqa.task.v1.Subnetwork;
import org.crvqa.task.v1.TaskProgress;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.TextOptions;
import org.crvqa.task.v1.TrainSpec;
import org.crvqa.task.v1.TrainingSettings;
import org.crvqa.task.v1.WeightSource;
import org.crvqa.vqa.data.Dataset;
import org.crvqa.vqa.data.ImportOptions;

/**
 * A benchmark, not a test: rows of the table of a small data set, with the seconds that each task took.
 *
 * <p>Arguments: folder of the data set's VQA-CP files, folder for the store, word pieces per question, steps of stage 1,
 * questions of the test split to score (0: all), seeds. From the project's root:
 * {@code mvn -q -pl vqa -am test-compile exec:java -Dexec.mainClass=org.crvqa.vqa.train.SampleRows
 * -Dexec.classpathScope=test -Dexec.args="..."}, or with the test classpath in an IDE.
 */
final class SampleRows {
    private static final Sparsity SEVENTY_PERCENT = Sparsity.newBuilder()
            .setLanguage(0.7)
            .setVision(0.7)
            .setFusion(0.7)
            .setPooler(0.7)
            .build();

    private final TaskRuns runs;
    private final String dataset;
    private final String model;
    private final TextOptions text;
    private final int steps;
    private final int testQuestions;

    private SampleRows(TaskRuns runs, Path folder, int tokens, int steps, int testQuestions) {
        this.runs = runs;
        this.dataset = runs.dataset(folder, ImportOptions.defaults());
        this.text = TextOptions.newBuilder().setMaxTokens(tokens).build();
        this.steps = steps;
        this.testQuestions = testQuestions;
        try (Dataset opened = new Inputs(runs.repository()).dataset(dataset)) {
            this.model = runs.model(config(opened.vocabularySize(), opened.featureDim()));
        }
    }

    public static void main(String[] arguments) {
        try (TaskRuns runs = new TaskRuns(Path.of(arguments[1]))) {
            SampleRows rows = new SampleRows(
                    runs,
                    Path.of(arguments[0]),
                    Integer.parseInt(arguments[2]),
                    Integer.parseInt(arguments[3]),
                    Integer.parseInt(arguments[4]));
            for (int i = 5; i < arguments.length; i++) {
                rows.seed(Long.parseLong(arguments[i]));
            }
        } catch (InvalidInputException e) {
            throw new IllegalArgumentException(e.getMessage() + " — " + e.advice(), e);
        }
    }

    private static String config(int vocabulary, int features) {
        return """
                {"model_type": "lxmert", "vocab_size": %d, "hidden_size": 64, "num_attention_heads": 4,
                 "intermediate_size": 128, "l_layers": 1, "r_layers": 1, "x_layers": 1, "visual_feat_dim": %d,
                 "max_position_embeddings": 32, "hidden_dropout_prob": 0, "attention_probs_dropout_prob": 0,
                 "initializer_range": 0.1}""".formatted(vocabulary, features);
    }

    private void seed(long seed) {
        Manifest bce = stage1(LossKind.LOSS_KIND_BCE, seed);
        evaluate("bce", seed, EvaluateSpec.newBuilder().setTrainKey(bce.getKey()));
        Manifest lmh = stage1(LossKind.LOSS_KIND_LMH, seed);
        evaluate("lmh", seed, EvaluateSpec.newBuilder().setTrainKey(lmh.getKey()));
        for (PruneMethod method : List.of(
                PruneMethod.PRUNE_METHOD_MAGNITUDE,
                PruneMethod.PRUNE_METHOD_HEAD_ONLY,
                PruneMethod.PRUNE_METHOD_MASK_TRAINING)) {
            Manifest mask = stage2(lmh, method, seed);
            Subnetwork subnetwork = Subnetwork.newBuilder()
                    .setStage1Key(lmh.getKey())
                    .setStage2Key(mask.getKey())
                    .build();
            evaluate("lmh " + method, seed, EvaluateSpec.newBuilder().setSubnetwork(subnetwork));
            if (method == PruneMethod.PRUNE_METHOD_MASK_TRAINING) {
                Manifest stage3 = stage3(subnetwork, seed);
                evaluate("lmh-lmh-lmh", seed, EvaluateSpec.newBuilder().setTrainKey(stage3.getKey()));
            }
        }
    }

    private Manifest stage1(LossKind loss, long seed) {
        return timed(
                "stage 1 " + loss,
                TaskSpec.newBuilder()
                        .setTrain(TrainSpec.newBuilder()
                                .setDatasetKey(dataset)
                                .setModelKey(model)
                                .setWeights(WeightSource.WEIGHT_SOURCE_PER_SEED)
                                .setTraining(training(loss, 1e-3, steps))
                                .setSeed(seed))
                        .build());
    }

    private Manifest stage2(Manifest stage1, PruneMethod method, long seed) {
        PruneSpec.Builder prune = PruneSpec.newBuilder()
                .setDatasetKey(dataset)
                .setStage1Key(stage1.getKey())
                .setMethod(method)
                .setSparsity(SEVENTY_PERCENT)
                .setMask(TinyVqaCp.mask(method));
        if (method != PruneMethod.PRUNE_METHOD_MAGNITUDE) {
            prune.setTraining(training(LossKind.LOSS_KIND_LMH, 5e-4, 500)).setSeed(seed);
        }
        if (method == PruneMethod.PRUNE_METHOD_MASK_TRAINING) {
            prune.setThresholdEverySteps(50);
        }
        return timed("stage 2 " + method, TaskSpec.newBuilder().setPrune(prune).build());
    }

    private Manifest stage3(Subnetwork subnetwork, long seed) {
        return timed(
                "stage 3",
                TaskSpec.newBuilder()
                        .setTrain(TrainSpec.newBuilder()
                                .setDatasetKey(dataset)
                                .setModelKey(model)
                                .setSubnetwork(subnetwork)
                                .setTraining(training(LossKind.LOSS_KIND_LMH, 3e-4, 500))
                                .setSeed(seed))
                        .build());
    }

    private TrainingSettings training(LossKind loss, double rate, int count) {
        return TrainingSettings.newBuilder()
                .setText(text)
                .setLoss(Loss.newBuilder().setKind(loss).setEntropyWeight(0.36))
                .setOptimizer(Optimizer.newBuilder()
                        .setKind(OptimizerKind.OPTIMIZER_KIND_ADAMW)
                        .setBeta1(0.9)
                        .setBeta2(0.999)
                        .setEpsilon(1e-8)
                        .setClipNorm(1))
                .setLearningRate(LearningRate.newBuilder().setPeak(rate).setWarmupSteps(count / 10))
                .setBatchSize(64)
                .setSteps(count)
                .setSelection(Selection.newBuilder().setKeep(Keep.KEEP_LAST))
                .setHeadBias(HeadBias.HEAD_BIAS_TRAINING_PRIOR)
                .build();
    }

    private void evaluate(String row, long seed, EvaluateSpec.Builder checkpoint) {
        EvaluateSpec spec = checkpoint
                .setDatasetKey(dataset)
                .setText(text)
                .addSplits(SplitSelection.newBuilder().setName("iid"))
                .addSplits(SplitSelection.newBuilder().setName("test").setMaxQuestions(testQuestions))
                .build();
        Map<String, Double> metrics = new TreeMap<>(
                timed("evaluate", TaskSpec.newBuilder().setEvaluate(spec).build())
                        .getMetricsMap());
        System.out.printf(
                Locale.ROOT,
                "seed %d %-32s IID %.1f OOD %.1f zeros %.4f%n",
                seed,
                row,
                100 * metrics.get("accuracy/iid/all"),
                100 * metrics.get("accuracy/test/all"),
                metrics.get("zeros/all"));
    }

    private Manifest timed(String label, TaskSpec spec) {
        long start = System.nanoTime();
        Manifest manifest = runs.run(spec.toBuilder().setAlgorithmVersion(1).build(), new Silent());
        System.out.printf(Locale.ROOT, "%-44s %.1f s%n", label, (System.nanoTime() - start) / 1e9);
        return manifest;
    }

    /** Listens to nothing. */
    static final class Silent implements TaskObserver {
        @Override
        public void progress(TaskProgress progress) {}

        @Override
        public void metric(String name, long step, double value) {}

        @Override
        public void checkCancelled() {}
    }
}
