package org.crvqa.vqa.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.task.v1.EvaluateSpec;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.Precision;
import org.crvqa.task.v1.PruneMethod;
import org.crvqa.task.v1.PruneSpec;
import org.crvqa.task.v1.Sparsity;
import org.crvqa.task.v1.SplitSelection;
import org.crvqa.task.v1.Subnetwork;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.TrainSpec;
import org.crvqa.task.v1.TrainingSettings;
import org.crvqa.vqa.TestDevice;
import org.crvqa.vqa.data.Dataset;
import org.crvqa.vqa.data.ImportOptions;
import org.crvqa.vqa.device.CpuInfo;
import org.crvqa.vqa.sample.SampleOptions;
import org.crvqa.vqa.sample.SyntheticDataset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A small study on a small sample set, once in float32 and once in bfloat16: the same conclusions, and means that differ by
 * no more than seeds do.
 */
class Bfloat16SampleTest {
    private static final List<Long> SEEDS = List.of(1L, 2L, 3L);
    private static final int STEPS = 160;
    private static final int MASK_STEPS = 60;

    /** Of a percentage among 800 questions: 100 sqrt(0.5 0.5 / 800). */
    private static final double STANDARD_ERROR = 1.8;

    @TempDir
    Path folder;

    private TaskRuns runs;
    private String dataset;
    private String model;

    @BeforeEach
    void open() {
        assumeTrue(
                TestDevice.torch().device().isGpu() || CpuInfo.ofSystem().hasBfloat16(),
                "This processor has no instructions for bfloat16, in which this study would take many minutes");
        runs = new TaskRuns(folder);
        Path files = folder.resolve("files");
        SyntheticDataset.write(files, SampleOptions.of(1, 6_000, 800, 800));
        dataset = runs.dataset(files, ImportOptions.defaults());
        try (Dataset opened = new Inputs(runs.repository()).dataset(dataset)) {
            model = runs.model("""
                    {"model_type": "lxmert", "vocab_size": %d, "hidden_size": 32, "num_attention_heads": 2,
                     "intermediate_size": 64, "l_layers": 1, "r_layers": 1, "x_layers": 1, "visual_feat_dim": %d,
                     "max_position_embeddings": 16, "initializer_range": 0.1}""".formatted(opened.vocabularySize(), opened.featureDim()));
        }
    }

    @AfterEach
    void close() {
        if (runs != null) {
            runs.close();
        }
    }

    /** Accuracies in percent of one seed. */
    private record Row(double bceIid, double bceOod, double lmhIid, double lmhOod, double maskOod) {}

    @Test
    void run_sampleStudy_concludesTheSameInBothPrecisions() {
        List<Row> exact = rows(Precision.PRECISION_UNSPECIFIED);
        List<Row> coarse = rows(Precision.PRECISION_BFLOAT16);
        for (List<Row> rows : List.of(exact, coarse)) {
            assertThat(mean(rows, Row::bceIid) - mean(rows, Row::bceOod))
                    .as("what bce loses out of distribution: %s", rows)
                    .isGreaterThan(10);
            assertThat(mean(rows, Row::lmhOod) - mean(rows, Row::bceOod))
                    .as("what lmh gains out of distribution: %s", rows)
                    .isGreaterThan(5);
            assertThat(mean(rows, Row::maskOod) - mean(rows, Row::bceOod))
                    .as("what half of the weights keep of that: %s", rows)
                    .isGreaterThan(5);
        }
        assertSame(exact, coarse, Row::bceIid);
        assertSame(exact, coarse, Row::bceOod);
        assertSame(exact, coarse, Row::lmhIid);
        assertSame(exact, coarse, Row::lmhOod);
        assertSame(exact, coarse, Row::maskOod);
        assertThat(coarse).as("bfloat16 computes something else").isNotEqualTo(exact);
    }

    private static void assertSame(List<Row> exact, List<Row> coarse, ToDoubleFunction<Row> column) {
        DoubleSummaryStatistics seeds = exact.stream().mapToDouble(column).summaryStatistics();
        assertThat(mean(coarse, column))
                .as("%s against %s", coarse, exact)
                .isCloseTo(seeds.getAverage(), within(seeds.getMax() - seeds.getMin() + STANDARD_ERROR));
    }

    private List<Row> rows(Precision precision) {
        List<Row> rows = new ArrayList<>();
        for (long seed : SEEDS) {
            Manifest bce = stage1(LossKind.LOSS_KIND_BCE, precision, seed);
            Manifest lmh = stage1(LossKind.LOSS_KIND_LMH, precision, seed);
            Manifest mask = mask(lmh, precision, seed);
            double[] ofBce = scores(EvaluateSpec.newBuilder().setTrainKey(bce.getKey()), precision);
            double[] ofLmh = scores(EvaluateSpec.newBuilder().setTrainKey(lmh.getKey()), precision);
            double[] ofMask = scores(
                    EvaluateSpec.newBuilder()
                            .setSubnetwork(Subnetwork.newBuilder()
                                    .setStage1Key(lmh.getKey())
                                    .setStage2Key(mask.getKey())),
                    precision);
            rows.add(new Row(ofBce[0], ofBce[1], ofLmh[0], ofLmh[1], ofMask[1]));
        }
        return rows;
    }

    private Manifest stage1(LossKind loss, Precision precision, long seed) {
        TrainSpec.Builder spec = TinyVqaCp.stage1(dataset, model, STEPS)
                .setTraining(training(loss, precision, STEPS))
                .setSeed(seed);
        return run(TaskSpec.newBuilder().setTrain(spec).build());
    }

    private Manifest mask(Manifest stage1, Precision precision, long seed) {
        PruneMethod method = PruneMethod.PRUNE_METHOD_MASK_TRAINING;
        return run(TaskSpec.newBuilder()
                .setPrune(PruneSpec.newBuilder()
                        .setDatasetKey(dataset)
                        .setStage1Key(stage1.getKey())
                        .setMethod(method)
                        .setMask(TinyVqaCp.mask(method))
                        .setSparsity(Sparsity.newBuilder()
                                .setLanguage(0.5)
                                .setVision(0.5)
                                .setFusion(0.5)
                                .setPooler(0.5))
                        .setTraining(training(LossKind.LOSS_KIND_LMH, precision, MASK_STEPS))
                        .setThresholdEverySteps(20)
                        .setSeed(seed))
                .build());
    }

    private static TrainingSettings.Builder training(LossKind loss, Precision precision, int steps) {
        TrainingSettings.Builder training =
                TinyVqaCp.training(steps).clearDropout().setBatchSize(64).setPrecision(precision);
        training.getTextBuilder().setMaxTokens(12);
        training.getLossBuilder().setKind(loss);
        training.getLearningRateBuilder().setPeak(2e-3);
        return training;
    }

    /** Accuracies on iid and test, in percent. */
    private double[] scores(EvaluateSpec.Builder checkpoint, Precision precision) {
        EvaluateSpec spec = checkpoint
                .setDatasetKey(dataset)
                .setText(training(LossKind.LOSS_KIND_BCE, precision, 1).getText())
                .setPrecision(precision)
                .addSplits(SplitSelection.newBuilder().setName("iid"))
                .addSplits(SplitSelection.newBuilder().setName("test"))
                .build();
        Manifest scored = run(TaskSpec.newBuilder().setEvaluate(spec).build());
        return new double[] {
            100 * scored.getMetricsOrThrow("accuracy/iid/all"), 100 * scored.getMetricsOrThrow("accuracy/test/all")
        };
    }

    private Manifest run(TaskSpec spec) {
        return runs.run(spec, new SampleRows.Silent());
    }

    private static double mean(List<Row> rows, ToDoubleFunction<Row> column) {
        return rows.stream().mapToDouble(column).average().orElseThrow();
    }
}
