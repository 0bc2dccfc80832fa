package org.crvqa.study.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.study.Samples;
import org.crvqa.study.spec.ExperimentRules;
import org.crvqa.study.spec.ExperimentYaml;
import org.crvqa.task.v1.Binariser;
import org.crvqa.task.v1.Distillation;
import org.crvqa.task.v1.IterativePruning;
import org.crvqa.task.v1.LayerSparsity;
import org.crvqa.task.v1.Loss;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.MaskInitialisation;
import org.crvqa.task.v1.MaskSettings;
import org.crvqa.task.v1.NmPattern;
import org.crvqa.task.v1.PruneMethod;
import org.crvqa.task.v1.PruneSpec;
import org.crvqa.task.v1.Sparsity;
import org.crvqa.task.v1.SparsitySchedule;
import org.crvqa.task.v1.SparsityScheduleKind;
import org.crvqa.task.v1.TrainSpec;
import org.crvqa.task.v1.UnlabelledPolicy;
import org.junit.jupiter.api.Test;

/** What an experiment says about masks, losses and seeds, and what of it stands in the specs of tasks. */
class MaskPlanTest {
    @Test
    void plan_maskOptions_standInTheSpec() {
        PruneSpec spec = prune("""
                method: mask_training
                losses: [lpf]
                sparsities: [0.7]
                layers: [{name: encoder.layer.1, rate: 0.5}, {name: encoder.layer.0, rate: 0.6}]
                initialisation: double_uniform
                binariser: bernoulli
                schedule: {kind: stepwise, initial_sparsity: 0.2, start_step: 10, end_step: 90, stages: 4}
                mask_biases: true
                mask_head: true
                """);

        assertThat(spec.getMask())
                .isEqualTo(MaskSettings.newBuilder()
                        .setInitialisation(MaskInitialisation.MASK_INITIALISATION_DOUBLE_UNIFORM)
                        .setBinariser(Binariser.BINARISER_BERNOULLI)
                        .setSchedule(SparsitySchedule.newBuilder()
                                .setKind(SparsityScheduleKind.SPARSITY_SCHEDULE_KIND_STEPWISE)
                                .setInitialSparsity(0.2)
                                .setStartStep(10)
                                .setEndStep(90)
                                .setStages(4))
                        .setBiases(true)
                        .setHead(true)
                        .build());
        assertThat(spec.getSparsity())
                .isEqualTo(uniform(0.7).toBuilder()
                        .addLayers(LayerSparsity.newBuilder()
                                .setName("encoder.layer.0")
                                .setRate(0.6))
                        .addLayers(LayerSparsity.newBuilder()
                                .setName("encoder.layer.1")
                                .setRate(0.5))
                        .build());
        assertThat(spec.hasIterative()).isFalse();
        assertThat(spec.getTraining().hasDistillation()).isFalse();
    }

    @Test
    void plan_maskOptions_standInTheNamesOfRows() {
        Plan plan = plan("""
                method: mask_training
                losses: [lpf]
                sparsities: [0.7]
                layers: [{name: pooler, rate: 0.5}]
                initialisation: double_uniform
                binariser: bernoulli
                schedule: {kind: gradual, initial_sparsity: 0.2, end_step: 90}
                mask_biases: true
                distillation: {weight: 0.5}
                """, "seeds: [0]");

        assertThat(plan.tasks())
                .extracting(PlanTask::label)
                .contains("evaluate lmh-lpf 0.7 pooler=0.5 double-uniform bernoulli gradual(0.2,0-90) biases"
                        + " distilled=0.5, tiny, seed 0");
    }

    @Test
    void plan_constantSchedule_isTheSameTaskAsNone() {
        String block = "method: mask_training\nlosses: [lmh]\nsparsities: [0.7]\n";

        assertThat(plan(block + "schedule: {kind: constant}\n", "seeds: [0]")).isEqualTo(plan(block, "seeds: [0]"));
    }

    @Test
    void plan_pattern_isTheRateToo() {
        PruneSpec spec = prune("method: magnitude\npattern: '2:4'\n");

        assertThat(spec.getMask().getPattern())
                .isEqualTo(NmPattern.newBuilder().setKeep(2).setOf(4).build());
        assertThat(spec.getSparsity()).isEqualTo(uniform(0.5));
        assertThat(spec.getMask().getBinariser()).isEqualTo(Binariser.BINARISER_UNSPECIFIED);
    }

    @Test
    void plan_iterativeMagnitude_hasRoundsAndTrains() {
        PruneSpec spec = prune("""
                method: iterative_magnitude
                losses: [lmh]
                sparsities: [0.9]
                iterative: {rounds: 5, rewind: true}
                """);

        assertThat(spec.getMethod()).isEqualTo(PruneMethod.PRUNE_METHOD_ITERATIVE_MAGNITUDE);
        assertThat(spec.getIterative())
                .isEqualTo(IterativePruning.newBuilder()
                        .setRounds(5)
                        .setRewind(true)
                        .build());
        assertThat(spec.getTraining().getSteps()).isEqualTo(500);
        assertThat(spec.getMask().getBinariser()).isEqualTo(Binariser.BINARISER_UNSPECIFIED);
        assertThat(spec.getThresholdEverySteps()).isZero();
    }

    @Test
    void plan_distillation_reachesStages2And3Only() {
        Plan plan = plan("""
                method: mask_training
                losses: [lmh]
                sparsities: [0.7]
                distillation: {weight: 0.25}
                stage3_losses: [bce]
                """, "seeds: [0]");
        Distillation expected = Distillation.newBuilder().setWeight(0.25).build();

        assertThat(train(plan, "stage 1 lmh").getTraining().hasDistillation()).isFalse();
        assertThat(task(plan, "stage 2").spec().getPrune().getTraining().getDistillation())
                .isEqualTo(expected);
        assertThat(train(plan, "stage 3").getTraining().getDistillation()).isEqualTo(expected);
    }

    @Test
    void plan_lossOptionsOfAStage_comeBeforeTheExperiments() {
        Plan plan = plan("""
                method: mask_training
                losses: [lmh, lpf]
                sparsities: [0.7]
                """, """
                seeds: [0]
                losses: {lmh_entropy_weight: 0.1, lmh_train_mixin: true, lpf_gamma: 2, unlabelled: drop}
                """);
        Plan overridden = plan("""
                method: mask_training
                losses: [lmh, lpf]
                sparsities: [0.7]
                """, """
                seeds: [0]
                losses: {lmh_entropy_weight: 0.1, lmh_train_mixin: true, lpf_gamma: 2, unlabelled: drop}
                """, "stage2:\n  losses: {lmh_entropy_weight: 0.9, lpf_gamma: 3}\n");
        Loss lmh = Loss.newBuilder()
                .setKind(LossKind.LOSS_KIND_LMH)
                .setEntropyWeight(0.1)
                .setTrainMixin(true)
                .build();
        Loss lpf = Loss.newBuilder()
                .setKind(LossKind.LOSS_KIND_LPF)
                .setGamma(2)
                .setUnlabelled(UnlabelledPolicy.UNLABELLED_POLICY_DROP)
                .build();

        assertThat(train(plan, "stage 1 lmh").getTraining().getLoss()).isEqualTo(lmh);
        assertThat(stage2Losses(plan)).containsExactly(lmh, lpf);
        assertThat(train(overridden, "stage 1 lmh").getTraining().getLoss()).isEqualTo(lmh);
        assertThat(stage2Losses(overridden))
                .containsExactly(
                        lmh.toBuilder().setEntropyWeight(0.9).build(),
                        lpf.toBuilder().setGamma(3).build());
    }

    @Test
    void plan_seedsPerStage_isEveryCombinationOfTheStagesThatDraw() {
        String seeds = "stage_seeds: {stage1: [1, 2], stage2: [49, 50, 51], stage3: [7, 8]}";
        Plan plan = plan("""
                method: mask_training
                losses: [lmh]
                sparsities: [0.7]
                stage3_losses: [bce]
                """, seeds);

        // Dense 2; masks 2 x 3; fine-tuned 2 x 3 x 2.
        assertThat(plan.runs()).hasSize(2 + 6 + 12);
        assertThat(count(plan, TaskKind.TASK_KIND_PRUNE)).isEqualTo(6);
        assertThat(count(plan, TaskKind.TASK_KIND_TRAIN)).isEqualTo(2 + 12);
        assertThat(plan.tasks())
                .extracting(PlanTask::label)
                .contains(
                        "stage 1 lmh, tiny, seed 2",
                        "stage 2 mask-training lmh 0.7 of lmh, tiny, seeds 2/51",
                        "evaluate lmh-lmh 0.7, tiny, seeds 1/50",
                        "stage 3 lmh-lmh-bce 0.7, tiny, seeds 1/49/8");
        assertThat(task(plan, "stage 2 mask-training lmh 0.7 of lmh, tiny, seeds 2/51")
                        .spec()
                        .getPrune()
                        .getSeed())
                .isEqualTo(51);
        assertThat(train(plan, "stage 3 lmh-lmh-bce 0.7, tiny, seeds 1/49/8").getSeed())
                .isEqualTo(8);
    }

    @Test
    void plan_masksThatDrawNothing_haveNoSeedOfStage2() {
        Plan plan = plan("""
                method: magnitude
                sparsities: [0.7]
                stage3_losses: [bce]
                """, "stage_seeds: {stage1: [1, 2], stage3: [7]}");

        assertThat(count(plan, TaskKind.TASK_KIND_PRUNE)).isEqualTo(2);
        assertThat(plan.tasks())
                .extracting(PlanTask::label)
                .contains(
                        "stage 2 magnitude 0.7 of lmh, tiny, seed 1",
                        "stage 3 magnitude 0.7 of lmh, then bce, tiny, seeds 2/-/7");
    }

    @Test
    void plan_randomMasks_takeTheSeedsOfStage2OrElseOfStage1() {
        String block = "method: random\nsparsities: [0.7]\n";

        assertThat(stage2Seeds(plan(block, "stage_seeds: {stage1: [1], stage2: [5, 6]}")))
                .containsExactly(5L, 6L);
        assertThat(stage2Seeds(plan(block, "stage_seeds: {stage1: [1, 2]}"))).containsExactly(1L, 2L);
    }

    /** Only such tasks have another key than before, when a rate of 0 dropped one weight of each matrix. */
    @Test
    void plan_rateZero_keepsEverythingUnlessTheBlockSaysOtherwise() {
        String block = "method: mask_training\nlosses: [lpf]\nsparsities: [0]";
        String rising =
                "method: mask_training\nlosses: [lpf]\nsparsities: [0.7]\nschedule: {kind: gradual, end_step: 90}";
        String layer = "method: magnitude\nsparsities: [0.7]\nlayers: [{name: pooler, rate: 0}]";

        assertThat(List.of(block, rising, layer))
                .allMatch(some -> prune(some).getMask().getWholeAtZero())
                .noneMatch(some ->
                        prune(some + "\nat_least_one_zero: true").getMask().getWholeAtZero());
        assertThat(prune("method: magnitude\nsparsities: [0.7]").getMask().getWholeAtZero())
                .isFalse();
        assertThat(plan(block, "seeds: [0]").tasks())
                .extracting(PlanTask::label)
                .contains("evaluate lmh-lpf 0, tiny, seed 0");
        assertThat(plan(block + "\nat_least_one_zero: true", "seeds: [0]").tasks())
                .extracting(PlanTask::label)
                .contains("evaluate lmh-lpf 0 at-least-one-zero, tiny, seed 0");
    }

    @Test
    void plan_rateZeroOfAReleaseThatDroppedOne_dropsOne() {
        Experiment experiment = experiment("method: magnitude\nsparsities: [0]", "seeds: [0]", "stage2:\n");

        assertThat(task(Samples.plan(experiment, Release.VERSION_2), "stage 2")
                        .spec()
                        .getPrune()
                        .getMask()
                        .getWholeAtZero())
                .isFalse();
    }

    private static List<Long> stage2Seeds(Plan plan) {
        return plan.tasks().stream()
                .filter(task -> task.spec().hasPrune())
                .map(task -> task.spec().getPrune().getSeed())
                .toList();
    }

    private static List<Loss> stage2Losses(Plan plan) {
        return plan.tasks().stream()
                .filter(task -> task.spec().hasPrune())
                .map(task -> task.spec().getPrune().getTraining().getLoss())
                .toList();
    }

    private static PruneSpec prune(String block) {
        return task(plan(block, "seeds: [0]"), "stage 2").spec().getPrune();
    }

    private static TrainSpec train(Plan plan, String label) {
        return task(plan, label).spec().getTrain();
    }

    private static PlanTask task(Plan plan, String label) {
        return plan.tasks().stream()
                .filter(task -> task.label().startsWith(label))
                .findFirst()
                .orElseThrow(() -> new AssertionError("No task '" + label + "' in "
                        + plan.tasks().stream().map(PlanTask::label).toList()));
    }

    private static long count(Plan plan, TaskKind kind) {
        return plan.tasks().stream().filter(task -> task.kind() == kind).count();
    }

    private static Sparsity uniform(double rate) {
        return Sparsity.newBuilder()
                .setLanguage(rate)
                .setVision(rate)
                .setFusion(rate)
                .setPooler(rate)
                .build();
    }

    private static Plan plan(String block, String keys) {
        return plan(block, keys, "stage2:\n");
    }

    private static Plan plan(String block, String keys, String stage2) {
        return Samples.plan(experiment(block, keys, stage2));
    }

    /** The sample with stage-1 loss lmh, one block of the matrix, and these keys in place of its seeds. */
    private static Experiment experiment(String block, String keys, String stage2) {
        String sample = Samples.yaml();
        int blocks = sample.indexOf("subnetworks:");
        int seeds = sample.indexOf("seeds:");
        int end = sample.indexOf('\n', seeds);
        String yaml = sample.substring(0, blocks).replace("[bce, lmh]", "[lmh]")
                + "subnetworks:\n  - "
                + block.strip().replace("\n", "\n    ") + "\n" + keys.strip()
                + sample.substring(end).replace("stage2:\n", stage2);
        ExperimentYaml.Parsed parsed = ExperimentYaml.parse(yaml);
        Experiment experiment = parsed.experiment();
        ExperimentRules.check(experiment, parsed.violations());
        assertThat(parsed.violations().list()).isEmpty();
        return experiment;
    }
}
