package org.crvqa.vqa.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.Sha256;
import org.crvqa.task.v1.Distillation;
import org.crvqa.task.v1.EvaluateSpec;
import org.crvqa.task.v1.Keep;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.PruneMethod;
import org.crvqa.task.v1.PruneSpec;
import org.crvqa.task.v1.Selection;
import org.crvqa.task.v1.Sparsity;
import org.crvqa.task.v1.SplitSelection;
import org.crvqa.task.v1.Subnetwork;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.TextOptions;
import org.crvqa.task.v1.TrainSpec;
import org.crvqa.task.v1.TrainingSettings;
import org.crvqa.vqa.mask.SparsityRates;
import org.crvqa.vqa.mask.SubnetworkMask;
import org.crvqa.vqa.model.ModelConfig;
import org.crvqa.vqa.tensorfile.SafetensorsReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The three stages and evaluation of VisualBERT, with its loss, its one sparsity and a teacher. */
class VisualBertTasksTest {
    private static final int STEPS = 120;
    private static final double RATE = 0.7;

    @TempDir
    Path folder;

    private TaskRuns runs;
    private String dataset;
    private String model;

    @BeforeEach
    void open() {
        runs = new TaskRuns(folder);
        dataset = runs.dataset(TinyVqaCp.write(folder), TinyVqaCp.OPTIONS);
        model = runs.model(TinyVqaCp.visualBertConfig());
    }

    @AfterEach
    void close() {
        runs.close();
    }

    @Test
    void run_threeStagesWithDistillation_learnAndKeepTheUniformSparsity() {
        Manifest stage1 = train(TrainSpec.newBuilder().setTraining(training(STEPS)));
        assertThat(score(EvaluateSpec.newBuilder().setTrainKey(stage1.getKey())))
                .isGreaterThan(0.85);
        assertThat(stage1.getMetricsMap())
                .containsEntry("zeros/language", 0.0)
                .containsEntry("zeros/pooler", 0.0)
                .doesNotContainKeys("zeros/vision", "zeros/fusion");

        Manifest stage2 = maskTraining(stage1, distilled(STEPS, 0.5));
        SubnetworkMask mask = mask(stage1, stage2);
        assertThat(mask.names())
                .hasSize(1 + 2 * 6 + 1)
                .doesNotContain("visual_bert.embeddings.visual_projection.weight");
        for (String name : mask.names()) {
            int size = mask.of(name).length;
            assertThat(zeros(mask.of(name))).as(name).isEqualTo(SparsityRates.zeros(size, RATE));
        }
        assertThat(score(EvaluateSpec.newBuilder().setSubnetwork(subnetwork(stage1, stage2))))
                .isEqualTo(stage2.getMetricsMap().get("selection/score"))
                .isGreaterThan(0.85);

        Manifest stage3 = stage3(stage1, stage2, distilled(20, 0.5));
        for (String name : mask.names()) {
            float[] values = floats(stage3, name);
            for (int i = 0; i < values.length; i++) {
                assertThat(mask.of(name)[i] == 1 || values[i] == 0).as(name).isTrue();
            }
        }
        assertThat(floats(stage3, "visual_bert.embeddings.visual_projection.weight"))
                .isNotEqualTo(floats(stage1, "visual_bert.embeddings.visual_projection.weight"));
        assertThat(stage3.getMetricsMap().get("zeros/all"))
                .isEqualTo(stage2.getMetricsMap().get("zeros/all"))
                .isPositive();
        assertThat(score(EvaluateSpec.newBuilder().setTrainKey(stage3.getKey())))
                .isGreaterThan(0.85);
    }

    @Test
    void run_stage3WithDistillation_teacherIsDenseThoughTheStudentIsPruned() {
        Manifest stage1 = train(TrainSpec.newBuilder().setTraining(training(10)));
        Manifest stage2 = maskTraining(stage1, training(5).build());
        TrainingSettings.Builder still = training(1).clearDropout();
        still.getLearningRateBuilder().setPeak(1e-30);
        double plain = loss(stage3(stage1, stage2, still.build()));
        double taught = loss(stage3(
                stage1,
                stage2,
                still.setDistillation(Distillation.newBuilder().setWeight(10)).build()));
        assertThat(taught).isGreaterThan(plain + 0.1);
    }

    @Test
    void run_maskTrainingWithDistillationTwice_givesTheSameMask() throws Exception {
        Manifest stage1 = train(TrainSpec.newBuilder().setTraining(training(10)));
        TaskSpec spec = maskTrainingSpec(stage1, distilled(5, 2));
        String first = digest(spec);
        assertThat(digest(spec)).isEqualTo(first);
    }

    private TrainingSettings.Builder training(int steps) {
        TrainingSettings.Builder training = TinyVqaCp.training(steps);
        training.getLossBuilder().setKind(LossKind.LOSS_KIND_CE);
        return training;
    }

    private TrainingSettings distilled(int steps, double weight) {
        return training(steps)
                .setDistillation(Distillation.newBuilder().setWeight(weight))
                .setSelection(Selection.newBuilder()
                        .setKeep(Keep.KEEP_BEST)
                        .setSplit(SplitSelection.newBuilder().setName("test"))
                        .setEverySteps(10))
                .build();
    }

    private Manifest train(TrainSpec.Builder spec) {
        TrainSpec drawn = TinyVqaCp.stage1(dataset, model, 1).clearTraining().build();
        return run(TaskSpec.newBuilder()
                .setTrain(drawn.toBuilder().mergeFrom(spec.build()))
                .build());
    }

    private Manifest stage3(Manifest stage1, Manifest stage2, TrainingSettings training) {
        return train(TrainSpec.newBuilder().setTraining(training).setSubnetwork(subnetwork(stage1, stage2)));
    }

    private Manifest maskTraining(Manifest stage1, TrainingSettings training) {
        return run(maskTrainingSpec(stage1, training));
    }

    private TaskSpec maskTrainingSpec(Manifest stage1, TrainingSettings training) {
        return TaskSpec.newBuilder()
                .setPrune(PruneSpec.newBuilder()
                        .setDatasetKey(dataset)
                        .setStage1Key(stage1.getKey())
                        .setMethod(PruneMethod.PRUNE_METHOD_MASK_TRAINING)
                        .setMask(TinyVqaCp.mask(PruneMethod.PRUNE_METHOD_MASK_TRAINING))
                        .setSparsity(Sparsity.newBuilder().setLanguage(RATE).setPooler(RATE))
                        .setTraining(training)
                        .setThresholdEverySteps(4)
                        .setSeed(3))
                .build();
    }

    private Manifest run(TaskSpec spec) {
        return runs.run(spec, new SampleRows.Silent());
    }

    private double score(EvaluateSpec.Builder checkpoint) {
        Manifest scored = run(TaskSpec.newBuilder()
                .setEvaluate(checkpoint
                        .setDatasetKey(dataset)
                        .setText(TextOptions.newBuilder().setMaxTokens(4))
                        .addSplits(SplitSelection.newBuilder().setName("test")))
                .build());
        return scored.getMetricsOrThrow("accuracy/test/all");
    }

    private SubnetworkMask mask(Manifest stage1, Manifest stage2) {
        ModelConfig config = Inputs.config(runs.open(stage1));
        return SubnetworkMask.read(runs.open(stage2).file(Inputs.MASK), config);
    }

    private float[] floats(Manifest trained, String name) {
        try (SafetensorsReader reader =
                SafetensorsReader.open(runs.open(trained).file(Inputs.WEIGHTS))) {
            return reader.floats(name);
        }
    }

    private String digest(TaskSpec spec) throws Exception {
        try (var draft = runs.repository().draft(spec)) {
            runs.attempt(spec, draft, new SampleRows.Silent());
            return Sha256.hex(draft.file(Inputs.MASK)) + Sha256.hex(draft.file(Inputs.HEAD));
        }
    }

    private static double loss(Manifest manifest) {
        return manifest.getMetricsOrThrow("loss/train");
    }

    private static Subnetwork subnetwork(Manifest stage1, Manifest stage2) {
        return Subnetwork.newBuilder()
                .setStage1Key(stage1.getKey())
                .setStage2Key(stage2.getKey())
                .build();
    }

    private static int zeros(byte[] kept) {
        int zeros = 0;
        for (byte stays : kept) {
            zeros += 1 - stays;
        }
        return zeros;
    }
}
