package org.crvqa.study.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.crvqa.study.estimate.EstimateFixture.experiment;
import static org.crvqa.study.estimate.EstimateFixture.rate;
import static org.crvqa.study.estimate.EstimateFixture.task;
import static org.crvqa.study.estimate.EstimateFixture.work;

import org.assertj.core.data.Offset;
import org.crvqa.artifacts.Sha256;
import org.crvqa.coordinator.v1.PlanEstimate;
import org.crvqa.coordinator.v1.WorkEstimate;
import org.crvqa.coordinator.v1.WorkKind;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.experiment.v1.PrecisionChoice;
import org.crvqa.experiment.v1.Protocol;
import org.crvqa.study.Samples;
import org.crvqa.study.plan.Plan;
import org.crvqa.task.v1.Keep;
import org.crvqa.task.v1.Precision;
import org.crvqa.task.v1.PruneMethod;
import org.crvqa.task.v1.SparsityScheduleKind;
import org.junit.jupiter.api.Test;

/** Estimates from rates that the caller gives. The sample: 4 dense models of 1000 steps, masks of 500, 10 evaluations. */
class EstimatesTest {
    private static final Offset<Double> EXACT = within(1e-6);

    private final EstimateFixture fixture = new EstimateFixture();

    @Test
    void estimate_noRateAtAll_isUnknown() {
        PlanEstimate estimate = fixture.estimate(Samples.experiment());

        assertThat(estimate.getComplete()).isFalse();
        assertThat(estimate.getDeviceSeconds()).isZero();
        assertThat(work(estimate, WorkKind.WORK_KIND_STAGE1).hasDeviceSeconds()).isFalse();
        assertThat(work(estimate, WorkKind.WORK_KIND_STAGE1).getRate()).isEqualTo("no rate is known");
    }

    @Test
    void estimate_givenRates_areStepsAndQuestionsTimesThem() {
        PlanEstimate estimate = fixture.givenAll().estimate(Samples.experiment());

        WorkEstimate stage1 = work(estimate, WorkKind.WORK_KIND_STAGE1);
        assertThat(stage1.getTasksToRun()).isEqualTo(4);
        assertThat(stage1.getSteps()).isEqualTo(4_000);
        assertThat(stage1.getDeviceSeconds()).isCloseTo(2_000, EXACT);
        assertThat(stage1.getRate()).isEqualTo("0.5000 s a step of 64, bench.json: gpu:0 H100, 1 thread");
        WorkEstimate evaluation = work(estimate, WorkKind.WORK_KIND_EVALUATE);
        assertThat(evaluation.getQuestions()).isEqualTo(10 * 8_003);
        assertThat(evaluation.getDeviceSeconds()).isCloseTo(80.03, EXACT);
        assertThat(method(estimate, PruneMethod.PRUNE_METHOD_MASK_TRAINING).getDeviceSeconds())
                .isCloseTo(2 * 500 * 0.25, EXACT);
    }

    @Test
    void estimate_searchesThatNoBenchmarkMeasures_costNothingOrAreUnknown() {
        PlanEstimate estimate = fixture.givenAll().estimate(Samples.experiment());

        WorkEstimate magnitude = method(estimate, PruneMethod.PRUNE_METHOD_MAGNITUDE);
        assertThat(magnitude.getDeviceSeconds()).isZero();
        assertThat(magnitude.hasDeviceSeconds()).isTrue();
        assertThat(magnitude.getRate()).isEqualTo("trains nothing: no steps");
        WorkEstimate headOnly = method(estimate, PruneMethod.PRUNE_METHOD_HEAD_ONLY);
        assertThat(headOnly.hasDeviceSeconds()).isFalse();
        assertThat(headOnly.getRate()).contains("are of mask training, not of head-only");
        assertThat(estimate.getComplete()).isFalse();
        assertThat(estimate.getDeviceSeconds()).isCloseTo(2_000 + 250 + 80.03, EXACT);
    }

    @Test
    void estimate_everyWorkHasARate_isComplete() {
        PlanEstimate estimate = fixture.givenAll().estimate(experiment(sample -> sample.removeSubnetworks(2)));

        assertThat(estimate.getComplete()).isTrue();
        assertThat(estimate.getDeviceSeconds()).isCloseTo(2_000 + 250 + 8 * 8.003, EXACT);
        assertThat(estimate.getNotesList())
                .containsExactly(
                        "benchmarks measure steps and answers alone: start-up, saved states and uploads come on top");
    }

    @Test
    void estimate_tasksInTheStore_costNothing() {
        Plan plan = Samples.plan(Samples.experiment());
        fixture.givenAll().done(plan, "stage 1 bce, tiny, seed 0", fixture.producer(7, 1));

        Estimates.Estimated estimated = fixture.estimate(plan);

        WorkEstimate stage1 = work(estimated.whole(), WorkKind.WORK_KIND_STAGE1);
        assertThat(stage1.getTasksDone()).isEqualTo(1);
        assertThat(stage1.getTasksToRun()).isEqualTo(3);
        assertThat(stage1.getDeviceSeconds()).isCloseTo(1_500, EXACT);
        assertThat(estimated.taskSeconds())
                .doesNotContainKey(task(plan, "stage 1 bce, tiny, seed 0").key())
                .containsEntry(task(plan, "stage 1 bce, tiny, seed 1").key(), 500.0);
    }

    @Test
    void estimate_otherBatchSize_scalesByExamplesFromTheNearestAndSaysSo() {
        fixture.given.add(rate(WorkKind.WORK_KIND_STAGE1, 16, 0.2));
        fixture.given.add(rate(WorkKind.WORK_KIND_STAGE1, 32, 0.3));

        WorkEstimate stage1 = work(fixture.estimate(Samples.experiment()), WorkKind.WORK_KIND_STAGE1);

        assertThat(stage1.getDeviceSeconds()).isCloseTo(4_000 * 0.6, EXACT);
        assertThat(stage1.getNotesList())
                .containsExactly("measured with a batch size of 32 and scaled by examples to 64");
    }

    @Test
    void estimate_otherPrecision_isUnknownUntilItsOwnRateIsThere() {
        fixture.givenAll();
        Experiment coarse = experiment(sample -> sample.setPrecision(PrecisionChoice.PRECISION_CHOICE_BFLOAT16)
                .setEvaluatePrecision(PrecisionChoice.PRECISION_CHOICE_FLOAT32));

        PlanEstimate without = fixture.estimate(coarse);
        fixture.given.add(rate(WorkKind.WORK_KIND_STAGE1, 64, 0.1).toBuilder()
                .setPrecision(Precision.PRECISION_BFLOAT16)
                .build());
        PlanEstimate with = fixture.estimate(coarse);

        assertThat(work(without, WorkKind.WORK_KIND_STAGE1).getRate())
                .isEqualTo("no rate of stage 1 in bfloat16 was measured");
        assertThat(work(without, WorkKind.WORK_KIND_EVALUATE).getDeviceSeconds())
                .isCloseTo(80.03, EXACT);
        assertThat(work(with, WorkKind.WORK_KIND_STAGE1).getDeviceSeconds()).isCloseTo(400, EXACT);
        assertThat(work(with, WorkKind.WORK_KIND_STAGE1).getPrecision()).isEqualTo(Precision.PRECISION_BFLOAT16);
    }

    @Test
    void estimate_bestCheckpointsAreKept_countsTheEvaluationsThatChooseThem() {
        Experiment best = experiment(sample -> sample.getStage1Builder()
                .setKeep(Keep.KEEP_BEST)
                .setSelectionSplit("iid")
                .setEvaluateEverySteps(300));

        WorkEstimate stage1 = work(fixture.givenAll().estimate(best), WorkKind.WORK_KIND_STAGE1);

        // After steps 300, 600, 900 and the last.
        assertThat(stage1.getQuestions()).isEqualTo(4 * 4 * 4_003);
        assertThat(stage1.getDeviceSeconds()).isCloseTo(4 * (1_000 * 0.5 + 4 * 4.003), EXACT);
    }

    @Test
    void estimate_heldOutPartChooses_countsItsShareOfTheTrainingQuestions() {
        Experiment best = experiment(sample -> sample.setProtocol(Protocol.PROTOCOL_HELDOUT)
                .getStage1Builder()
                .setKeep(Keep.KEEP_BEST)
                .setEvaluateEverySteps(1_000));

        WorkEstimate stage1 = work(fixture.givenAll().estimate(best), WorkKind.WORK_KIND_STAGE1);

        assertThat(stage1.getQuestions()).isEqualTo(4 * 2_000);
    }

    @Test
    void estimate_masksOfARisingSparsity_areChosenOnceItIsReached() {
        Experiment rising = experiment(sample -> {
            sample.getStage2Builder()
                    .setKeep(Keep.KEEP_BEST)
                    .setSelectionSplit("test")
                    .setEvaluateEverySteps(100);
            sample.getSubnetworksBuilder(0)
                    .getScheduleBuilder()
                    .setKind(SparsityScheduleKind.SPARSITY_SCHEDULE_KIND_GRADUAL)
                    .setEndStep(300);
        });

        PlanEstimate estimate = fixture.givenAll().estimate(rising);

        // After steps 300, 400 and 500, for 2 seeds.
        assertThat(method(estimate, PruneMethod.PRUNE_METHOD_MASK_TRAINING).getQuestions())
                .isEqualTo(2 * 3 * 4_000);
    }

    @Test
    void estimate_choosingWithoutARateOfEvaluation_isUnknown() {
        fixture.given.add(rate(WorkKind.WORK_KIND_STAGE1, 64, 0.5));
        Experiment best = experiment(
                sample -> sample.getStage1Builder().setKeep(Keep.KEEP_BEST).setSelectionSplit("iid"));

        assertThat(work(fixture.estimate(best), WorkKind.WORK_KIND_STAGE1).getRate())
                .isEqualTo("no rate of evaluation in float32 was measured, which chooses checkpoints");
    }

    @Test
    void estimate_distillation_addsTheTeachersAnswers() {
        Experiment distilled = experiment(sample ->
                sample.getSubnetworksBuilder(0).getDistillationBuilder().setWeight(1));

        WorkEstimate masks = method(fixture.givenAll().estimate(distilled), PruneMethod.PRUNE_METHOD_MASK_TRAINING);

        assertThat(masks.getDeviceSeconds()).isCloseTo(2 * (500 * 0.25 + 500 * 64 / 1_000.0), EXACT);
    }

    @Test
    void estimate_ratesOfAnotherModel_areNotUsedAndBothAreNamed() {
        fixture.given.add(rate(WorkKind.WORK_KIND_STAGE1, 64, 0.5).toBuilder()
                .setModel(rate(WorkKind.WORK_KIND_STAGE1, 64, 1).getModel().toBuilder()
                        .setParameters(208_000_000))
                .build());

        assertThat(work(fixture.estimate(Samples.experiment()), WorkKind.WORK_KIND_STAGE1)
                        .getRate())
                .isEqualTo("what was measured is another model: lxmert with 208,000,000 parameters;"
                        + " this is lxmert with 61,000 parameters");
    }

    @Test
    void estimate_sameConfiguration_isTheSameModelWhateverElseIsSaid() {
        fixture.given.add(rate(WorkKind.WORK_KIND_STAGE1, 64, 0.5).toBuilder()
                .setModel(rate(WorkKind.WORK_KIND_STAGE1, 64, 1).getModel().toBuilder()
                        .setParameters(61_777)
                        .setConfigSha256(Sha256.hex(EstimateFixture.CONFIG)))
                .build());

        assertThat(work(fixture.estimate(Samples.experiment()), WorkKind.WORK_KIND_STAGE1)
                        .getDeviceSeconds())
                .isCloseTo(2_000, EXACT);
    }

    @Test
    void estimate_otherNumberOfAnswers_saysSo() {
        fixture.given.add(rate(WorkKind.WORK_KIND_STAGE1, 64, 0.5).toBuilder()
                .setAnswers(3_129)
                .build());

        assertThat(work(fixture.estimate(Samples.experiment()), WorkKind.WORK_KIND_STAGE1)
                        .getNotesList())
                .containsExactly("measured with 3129 candidate answers; the dataset has 23");
    }

    private static WorkEstimate method(PlanEstimate estimate, PruneMethod method) {
        return estimate.getWorksList().stream()
                .filter(row -> row.getMethod() == method)
                .findFirst()
                .orElseThrow();
    }
}
