package org.crvqa.vqa.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.task.v1.Binariser;
import org.crvqa.task.v1.Distillation;
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
import org.crvqa.task.v1.UnlabelledPolicy;
import org.crvqa.vqa.TestDevice;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A step leaves no tensor and no owner of tensors behind, whatever it computes; a run is a hundred thousand steps. */
class StepMemoryTest {
    private static final int STEPS = 6;

    @TempDir
    Path folder;

    private TaskRuns runs;
    private String dataset;

    @BeforeEach
    void open() {
        runs = new TaskRuns(folder);
        dataset = runs.dataset(TinyVqaCp.write(folder), TinyVqaCp.OPTIONS);
    }

    @AfterEach
    void close() {
        runs.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = LossKind.class,
            names = {"LOSS_KIND_UNSPECIFIED", "UNRECOGNIZED"},
            mode = EnumSource.Mode.EXCLUDE)
    void run_everyLoss_keepsTheNumberOfTensors(LossKind loss) {
        assertSteady(stage1(lxmert(), loss));
        assertSteady(stage1(visualBert(), loss));
    }

    @Test
    void run_bfloat16_keepsTheNumberOfTensors() {
        for (String model : List.of(lxmert(), visualBert())) {
            TrainSpec.Builder stage1 = stage1(model, LossKind.LOSS_KIND_LMH).getTrain().toBuilder();
            stage1.getTrainingBuilder().setPrecision(Precision.PRECISION_BFLOAT16);
            TaskSpec spec = TaskSpec.newBuilder().setTrain(stage1).build();
            assertSteady(spec);
            // Trains with the same settings, the precision among them.
            assertSteady(stage2(runs.run(spec, new SampleRows.Silent()), Binariser.BINARISER_THRESHOLD));
        }
    }

    static Stream<Binariser> binarisers() {
        return Stream.of(Binariser.BINARISER_THRESHOLD, Binariser.BINARISER_SIGN, Binariser.BINARISER_BERNOULLI);
    }

    @ParameterizedTest
    @MethodSource("binarisers")
    void run_masksHeadAndTeacher_keepTheNumberOfTensors(Binariser binariser) {
        for (String model : List.of(lxmert(), visualBert())) {
            Manifest stage1 = runs.run(stage1(model, LossKind.LOSS_KIND_LPF), new SampleRows.Silent());
            TaskSpec stage2 = stage2(stage1, binariser);
            assertSteady(stage2);
            Manifest pruned = runs.run(stage2, new SampleRows.Silent());
            TrainSpec.Builder stage3 = stage1(model, LossKind.LOSS_KIND_LPF).getTrain().toBuilder();
            stage3.setSubnetwork(Subnetwork.newBuilder()
                            .setStage1Key(stage1.getKey())
                            .setStage2Key(pruned.getKey()))
                    .getTrainingBuilder()
                    .setDistillation(Distillation.newBuilder().setWeight(1));
            assertSteady(TaskSpec.newBuilder().setTrain(stage3).build());
        }
    }

    @Test
    void run_untilTheEnd_leavesNothingBehind() {
        Manifest stage1 = runs.run(stage1(lxmert(), LossKind.LOSS_KIND_LMH), new SampleRows.Silent());
        TaskSpec stage2 = stage2(stage1, Binariser.BINARISER_THRESHOLD);
        TaskSpec evaluation = evaluation(stage1);
        attempt(stage2);
        attempt(evaluation);
        int before = resources();
        attempt(stage1.getSpec());
        attempt(stage2);
        attempt(evaluation);
        assertThat(resources()).isEqualTo(before);
    }

    private void attempt(TaskSpec spec) {
        try (var draft = runs.repository().draft(spec)) {
            runs.attempt(spec, draft, new SampleRows.Silent());
        }
    }

    private TaskSpec evaluation(Manifest stage1) {
        return TaskSpec.newBuilder()
                .setEvaluate(EvaluateSpec.newBuilder()
                        .setDatasetKey(dataset)
                        .setTrainKey(stage1.getKey())
                        .setText(stage1.getSpec().getTrain().getTraining().getText())
                        .addSplits(SplitSelection.newBuilder().setName("test")))
                .build();
    }

    private void assertSteady(TaskSpec spec) {
        List<Integer> counts = new ArrayList<>();
        try (var draft = runs.repository().draft(spec)) {
            runs.attempt(spec, draft, new RecordingObserver(() -> counts.add(resources())));
        }
        assertThat(counts).hasSize(STEPS);
        // The first step makes the constants that the loss needs.
        assertThat(counts.subList(1, STEPS)).containsOnly(counts.get(1));
    }

    /** Tensors and their owners, of the whole process. */
    private static int resources() {
        NDArray constant = TestDevice.torch().scalar(1f);
        return count(constant.getManager());
    }

    private static int count(NDManager manager) {
        try {
            Field field = BaseNDManager.class.getDeclaredField("resources");
            field.setAccessible(true);
            int count = 0;
            for (Object resource : ((Map<?, ?>) field.get(manager)).values()) {
                count += 1 + (resource instanceof NDManager inner ? count(inner) : 0);
            }
            return count;
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("The engine keeps its resources elsewhere", e);
        }
    }

    private String lxmert() {
        return runs.model(TinyVqaCp.config(TinyVqaCp.WORDS, TinyVqaCp.FEATURES));
    }

    private String visualBert() {
        return runs.model(TinyVqaCp.visualBertConfig());
    }

    private TaskSpec stage1(String model, LossKind loss) {
        TrainSpec.Builder spec = TinyVqaCp.stage1(dataset, model, STEPS);
        boolean needsLabel = loss == LossKind.LOSS_KIND_LPF || loss == LossKind.LOSS_KIND_RUBI;
        spec.getTrainingBuilder().getTextBuilder().setAttentionMask(true);
        spec.getTrainingBuilder()
                .getLossBuilder()
                .setKind(loss)
                .setTrainMixin(loss == LossKind.LOSS_KIND_LMH)
                .setUnlabelled(
                        needsLabel
                                ? UnlabelledPolicy.UNLABELLED_POLICY_DROP
                                : UnlabelledPolicy.UNLABELLED_POLICY_UNSPECIFIED);
        return TaskSpec.newBuilder().setTrain(spec).build();
    }

    private TaskSpec stage2(Manifest stage1, Binariser binariser) {
        TrainingSettings.Builder training = stage1.getSpec().getTrain().getTraining().toBuilder()
                .setDistillation(Distillation.newBuilder().setWeight(1));
        return TaskSpec.newBuilder()
                .setPrune(PruneSpec.newBuilder()
                        .setDatasetKey(dataset)
                        .setStage1Key(stage1.getKey())
                        .setMethod(PruneMethod.PRUNE_METHOD_MASK_TRAINING)
                        .setMask(TinyVqaCp.mask(PruneMethod.PRUNE_METHOD_MASK_TRAINING)
                                .setBinariser(binariser)
                                .setHead(true)
                                .setBiases(true))
                        .setSparsity(Sparsity.newBuilder()
                                .setLanguage(0.5)
                                .setVision(0.5)
                                .setFusion(0.5)
                                .setPooler(0.5))
                        .setTraining(training)
                        .setThresholdEverySteps(2)
                        .setSeed(3))
                .build();
    }
}
