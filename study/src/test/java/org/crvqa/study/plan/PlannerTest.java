package org.crvqa.study.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.Sha256;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.experiment.v1.StageSettings;
import org.crvqa.study.Samples;
import org.crvqa.study.spec.ExperimentYaml;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.OptimizerKind;
import org.crvqa.task.v1.PruneSpec;
import org.crvqa.task.v1.TrainingSettings;
import org.junit.jupiter.api.Test;

class PlannerTest {
    private static final Experiment EXPERIMENT = Samples.experiment();
    /** Leaves to the planner whatever it can. */
    private static final Experiment SILENT = ExperimentYaml.parse("""
            name: silent
            dataset: sample
            protocol: heldout
            models: [{name: tiny}]
            stage1_losses: [bce, lmh, lpf, rubi]
            subnetworks:
              - {method: mask_training, losses: [lmh, ce], sparsities: [0.7], stage3_losses: [lpf]}
              - {method: random, sparsities: [0.5]}
              - {method: head_only, losses: [poe], sparsities: [0.5]}
            seeds: [3]
            stage2: {keep: best}
            evaluate: [{name: test}]
            """).experiment();

    @Test
    void plan_sample_sharesStagesAndCountsRuns() {
        Plan plan = Samples.plan(EXPERIMENT);

        // 2 losses x 2 seeds dense, and 3 methods x 2 seeds on lmh; each run is scored once.
        assertThat(count(plan, TaskKind.TASK_KIND_TRAIN)).isEqualTo(4);
        assertThat(count(plan, TaskKind.TASK_KIND_PRUNE)).isEqualTo(6);
        assertThat(count(plan, TaskKind.TASK_KIND_EVALUATE)).isEqualTo(10);
        assertThat(plan.runs()).hasSize(10);
        assertThat(plan.tasksUnshared()).isEqualTo(4 * 2 + 6 * 3);
        assertThat(named(plan, "stage 1 lmh, tiny, seed 0").usedByRuns()).isEqualTo(4);
        assertThat(named(plan, "stage 1 bce, tiny, seed 0").usedByRuns()).isEqualTo(1);
    }

    @Test
    void plan_sample_labelsAreForPeople() {
        assertThat(Samples.plan(EXPERIMENT).tasks())
                .extracting(PlanTask::label)
                .contains(
                        "stage 2 mask-training lmh 0.7 of lmh, tiny, seed 1",
                        "stage 2 magnitude 0.7 of lmh, tiny, seed 0",
                        "stage 2 head-only lmh 0.7 of lmh, tiny, seed 0",
                        "evaluate lmh-lmh 0.7, tiny, seed 0",
                        "evaluate magnitude 0.7 of lmh, tiny, seed 1",
                        "evaluate bce, tiny, seed 1");
    }

    @Test
    void plan_sample_inputsComeFirst() {
        List<PlanTask> tasks = Samples.plan(EXPERIMENT).tasks();
        List<ArtifactKey> order = tasks.stream().map(PlanTask::key).toList();

        assertThat(order).doesNotHaveDuplicates();
        for (PlanTask task : tasks) {
            assertThat(order.subList(0, order.indexOf(task.key()))).containsAll(task.dependsOn());
        }
    }

    /** These keys name results that people keep: when they change, everything is computed anew. */
    @Test
    void plan_sample_keysAreGolden() {
        assertThat(abbreviated(Samples.plan(EXPERIMENT)))
                .containsEntry("stage 1 bce, tiny, seed 0", "aa36a8174c4d")
                .containsEntry("stage 1 lmh, tiny, seed 1", "f597ad7aa0a6")
                .containsEntry("stage 2 mask-training lmh 0.7 of lmh, tiny, seed 0", "1236b860beee")
                .containsEntry("stage 2 magnitude 0.7 of lmh, tiny, seed 1", "8e328926b5fa")
                .containsEntry("evaluate head-only lmh 0.7 of lmh, tiny, seed 1", "b4017cbd817f");
    }

    /** Those of stores without plans, whatever the defaults of today are: only they lead to what is in such a store. */
    @Test
    void plan_version2_keysAreForEverGolden() {
        assertThat(abbreviated(Samples.plan(EXPERIMENT, Release.VERSION_2)))
                .containsEntry("stage 1 bce, tiny, seed 0", "f849d96f1d12")
                .containsEntry("stage 1 lmh, tiny, seed 1", "9545ec2b6b32")
                .containsEntry("stage 2 mask-training lmh 0.7 of lmh, tiny, seed 0", "02f978497755")
                .containsEntry("stage 2 magnitude 0.7 of lmh, tiny, seed 1", "91f41ff4b673")
                .containsEntry("evaluate head-only lmh 0.7 of lmh, tiny, seed 1", "8f1a1e335ebf");
        assertThat(Sha256.hex(String.join(
                        " ",
                        abbreviated(Samples.plan(SILENT, Release.VERSION_2)).values())))
                .isEqualTo("633fc9ddbfbcb060df095667048900841d881dc40c71723b71c7a0a6123861f3");
    }

    @Test
    void plan_twice_isIdentical() {
        assertThat(Samples.plan(EXPERIMENT)).isEqualTo(Samples.plan(Samples.experiment()));
    }

    @Test
    void plan_otherNamePriorityAndOrderOfSplits_keepsEveryKey() {
        Experiment other = EXPERIMENT.toBuilder()
                .setName("other")
                .setPriority(9)
                .clearEvaluate()
                .addEvaluate(EXPERIMENT.getEvaluate(1))
                .addEvaluate(EXPERIMENT.getEvaluate(0))
                .build();

        assertThat(keys(Samples.plan(other))).isEqualTo(keys(Samples.plan(EXPERIMENT)));
    }

    @Test
    void plan_stage2SettingsChange_magnitudeIsStillShared() {
        Experiment.Builder other = EXPERIMENT.toBuilder();
        other.getStage2Builder().setLearningRate(0.1);

        Plan changed = Samples.plan(other.build());

        assertThat(pruneKeys(changed, "magnitude")).isEqualTo(pruneKeys(Samples.plan(EXPERIMENT), "magnitude"));
        assertThat(pruneKeys(changed, "head-only"))
                .doesNotContainAnyElementsOf(pruneKeys(Samples.plan(EXPERIMENT), "head-only"));
        PruneSpec magnitude = named(changed, "stage 2 magnitude 0.7 of lmh, tiny, seed 1")
                .spec()
                .getPrune();
        assertThat(magnitude.hasTraining()).isFalse();
        assertThat(magnitude.getSeed()).isZero();
    }

    @Test
    void plan_overlappingBlocks_cellIsPlannedOnce() {
        Experiment doubled = EXPERIMENT.toBuilder()
                .addSubnetworks(EXPERIMENT.getSubnetworks(0))
                .build();

        assertThat(Samples.plan(doubled)).isEqualTo(Samples.plan(EXPERIMENT));
    }

    @Test
    void plan_stage3_readsBothCheckpointsAndIsScored() {
        Experiment.Builder other = EXPERIMENT.toBuilder();
        other.getSubnetworksBuilder(0).addStage3Losses(LossKind.LOSS_KIND_BCE);

        Plan plan = Samples.plan(other.build());

        PlanTask tuned = named(plan, "stage 3 lmh-lmh-bce 0.7, tiny, seed 0");
        assertThat(tuned.dependsOn())
                .containsExactly(
                        named(plan, "stage 1 lmh, tiny, seed 0").key(),
                        named(plan, "stage 2 mask-training lmh 0.7 of lmh, tiny, seed 0")
                                .key());
        assertThat(tuned.spec().getTrain().getSubnetwork().getStage2Key())
                .isEqualTo(tuned.dependsOn().get(1).hex());
        assertThat(named(plan, "evaluate lmh-lmh-bce 0.7, tiny, seed 0").dependsOn())
                .containsExactly(tuned.key());
    }

    @Test
    void plan_unsetSettings_takesThePaperValues() {
        Experiment paper = EXPERIMENT.toBuilder()
                .clearText()
                .setStage1(StageSettings.getDefaultInstance())
                .setStage2(StageSettings.getDefaultInstance())
                .build();
        Inputs vqaCp = new Inputs(
                Samples.inputs().datasetKey(),
                Samples.DATASET.toBuilder()
                        .setSplits(0, Samples.DATASET.getSplits(0).toBuilder().setQuestions(438_183))
                        .build(),
                Samples.inputs().models());

        Plan plan = Planner.plan(paper, vqaCp, Release.CURRENT);

        TrainingSettings stage1 =
                named(plan, "stage 1 lmh, tiny, seed 0").spec().getTrain().getTraining();
        assertThat(stage1.getSteps()).isEqualTo(6_847 * 20);
        assertThat(stage1.getLearningRate().getWarmupSteps()).isEqualTo(34_235);
        assertThat(stage1.getLearningRate().getPeak()).isEqualTo(5e-5);
        assertThat(stage1.getBatchSize()).isEqualTo(64);
        assertThat(stage1.getOptimizer().getKind()).isEqualTo(OptimizerKind.OPTIMIZER_KIND_ADAM);
        assertThat(stage1.getOptimizer().getClipNorm()).isEqualTo(1);
        assertThat(stage1.getLoss().getEntropyWeight()).isEqualTo(0.36);
        assertThat(stage1.getDropout().getHead()).isEqualTo(0.5);
        assertThat(stage1.getText().getMaxTokens()).isEqualTo(14);
        PruneSpec stage2 = named(plan, "stage 2 mask-training lmh 0.7 of lmh, tiny, seed 0")
                .spec()
                .getPrune();
        assertThat(stage2.getTraining().getSteps()).isEqualTo(1_712 * 20);
        assertThat(stage2.getTraining().getLearningRate().getWarmupSteps()).isZero();
        assertThat(stage2.getTraining().getOptimizer().getKind())
                .isEqualTo(OptimizerKind.OPTIMIZER_KIND_ADAMW_HUGGING_FACE);
        assertThat(stage2.getThresholdEverySteps()).isEqualTo(100);
    }

    private static List<ArtifactKey> keys(Plan plan) {
        return plan.tasks().stream().map(PlanTask::key).toList();
    }

    private static List<ArtifactKey> pruneKeys(Plan plan, String method) {
        return plan.tasks().stream()
                .filter(task -> task.label().startsWith("stage 2 " + method))
                .map(PlanTask::key)
                .toList();
    }

    private static long count(Plan plan, TaskKind kind) {
        return plan.tasks().stream().filter(task -> task.kind() == kind).count();
    }

    /** By label, which sorts them. */
    private static Map<String, String> abbreviated(Plan plan) {
        return plan.tasks().stream()
                .collect(
                        Collectors.toMap(PlanTask::label, task -> task.key().abbreviated(), (a, b) -> a, TreeMap::new));
    }

    private static PlanTask named(Plan plan, String label) {
        return plan.tasks().stream()
                .filter(task -> task.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new AssertionError("No task '" + label + "' in "
                        + plan.tasks().stream().map(PlanTask::label).toList()));
    }
}
