package org.crvqa.study.estimate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.crvqa.study.estimate.EstimateFixture.experiment;
import static org.crvqa.study.estimate.EstimateFixture.rate;
import static org.crvqa.study.estimate.EstimateFixture.work;

import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.coordinator.v1.PlanEstimate;
import org.crvqa.coordinator.v1.WorkEstimate;
import org.crvqa.coordinator.v1.WorkKind;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.experiment.v1.PrecisionChoice;
import org.crvqa.study.Samples;
import org.crvqa.study.plan.Plan;
import org.crvqa.task.v1.Keep;
import org.crvqa.task.v1.PruneMethod;
import org.junit.jupiter.api.Test;

/** Estimates from what the store's tasks took. */
class StoreRatesTest {
    private static final Offset<Double> EXACT = within(1e-6);
    private static final String BCE_0 = "stage 1 bce, tiny, seed 0";
    private static final String BCE_1 = "stage 1 bce, tiny, seed 1";

    private final EstimateFixture fixture = new EstimateFixture();
    private final Plan plan = Samples.plan(Samples.experiment());

    @Test
    void estimate_tasksOfThePlanAreDone_takesTheirMeanAndNamesThem() {
        ArtifactKey first = fixture.done(plan, BCE_0, fixture.producer(300, 10));
        ArtifactKey second = fixture.done(plan, BCE_1, fixture.producer(500, 20));

        WorkEstimate stage1 = stage1(fixture.estimate(plan).whole());

        assertThat(stage1.getTasksToRun()).isEqualTo(2);
        assertThat(stage1.getDeviceSeconds()).isCloseTo(2 * 400, EXACT);
        assertThat(stage1.getMeasuredKeysList()).containsExactlyInAnyOrder(first.hex(), second.hex());
        assertThat(stage1.getRate())
                .startsWith("0.4000 s a step of 64 with start-up, in 2 tasks of this store on cpu, 1 thread: ")
                .contains(first.abbreviated(), second.abbreviated());
    }

    @Test
    void estimate_evaluationAndUntrainedSearchAreDone_countQuestionsAndTasks() {
        fixture.done(plan, "evaluate bce, tiny, seed 0", fixture.producer(80.03, 1));
        fixture.done(plan, "stage 2 magnitude 0.7 of lmh, tiny, seed 0", fixture.producer(6, 1));

        PlanEstimate estimate = fixture.estimate(plan).whole();

        assertThat(work(estimate, WorkKind.WORK_KIND_EVALUATE).getDeviceSeconds())
                .isCloseTo(9 * 80.03, EXACT);
        assertThat(work(estimate, WorkKind.WORK_KIND_EVALUATE).getRate()).startsWith("100.0 questions a second");
        assertThat(estimate.getWorksList())
                .filteredOn(row -> row.getMethod() == PruneMethod.PRUNE_METHOD_MAGNITUDE)
                .singleElement()
                .satisfies(row -> assertThat(row.getDeviceSeconds()).isCloseTo(6, EXACT));
    }

    @Test
    void estimate_resumedTask_countsTheStepsOfItsLastAttempt() {
        fixture.done(plan, BCE_0, fixture.producer(100, 1).setResumedStep(800));

        assertThat(stage1(fixture.estimate(plan).whole()).getDeviceSeconds()).isCloseTo(3 * 500, EXACT);
    }

    @Test
    void estimate_tasksOfSeveralDevices_takesThoseOfTheLatest() {
        fixture.done(plan, BCE_0, fixture.producer(300, 10));
        ArtifactKey latest = fixture.done(plan, BCE_1, fixture.producer(20, 20).setDevice("gpu:1"));

        WorkEstimate stage1 = stage1(fixture.estimate(plan).whole());

        assertThat(stage1.getMeasuredKeysList()).containsExactly(latest.hex());
        assertThat(stage1.getDeviceSeconds()).isCloseTo(2 * 20, EXACT);
        assertThat(stage1.getRate()).contains("on gpu, 1 thread");
    }

    @Test
    void estimate_anotherExperimentHasRun_takesItsRates() {
        Experiment other = experiment(sample ->
                sample.clearSeeds().addSeeds(9).getStage1Builder().setSteps(400).setLearningRate(0.5));
        fixture.others.add(Samples.plan(other));
        fixture.done(Samples.plan(other), "stage 1 lmh, tiny, seed 9", fixture.producer(40, 1));

        assertThat(stage1(fixture.estimate(plan).whole()).getDeviceSeconds()).isCloseTo(4 * 1_000 * 0.1, EXACT);
    }

    @Test
    void estimate_tasksThatDifferInWhatDecidesTheirSpeed_tellNothing() {
        for (Experiment other : new Experiment[] {
            experiment(sample -> sample.getStage1Builder().setBatchSize(32)),
            experiment(sample -> sample.setPrecision(PrecisionChoice.PRECISION_CHOICE_BFLOAT16)),
            experiment(sample -> sample.getTextBuilder().setMaxTokens(14)),
            experiment(
                    sample -> sample.getStage1Builder().setKeep(Keep.KEEP_BEST).setSelectionSplit("iid"))
        }) {
            Plan ran = Samples.plan(other);
            fixture.others.add(ran);
            ran.tasks().stream()
                    .filter(task -> task.label().startsWith("stage 1"))
                    .forEach(task -> fixture.done(ran, task.label(), fixture.producer(40, 1)));
        }

        assertThat(stage1(fixture.estimate(plan).whole()).hasDeviceSeconds()).isFalse();
    }

    @Test
    void estimate_givenRates_comeBeforeTheStores() {
        fixture.done(plan, BCE_0, fixture.producer(300, 10));
        fixture.given.add(rate(WorkKind.WORK_KIND_STAGE1, 64, 0.5));

        WorkEstimate stage1 = stage1(fixture.estimate(plan).whole());

        assertThat(stage1.getDeviceSeconds()).isCloseTo(3 * 500, EXACT);
        assertThat(stage1.getMeasuredKeysList()).isEmpty();
    }

    @Test
    void estimate_ratesOfUnlikeDevices_saysThatTheyAreAddedUp() {
        fixture.done(plan, BCE_0, fixture.producer(300, 10));
        fixture.given.add(rate(WorkKind.WORK_KIND_EVALUATE, 64, 0.5));

        assertThat(fixture.estimate(plan).whole().getNotesList())
                .contains("hours of unlike devices are added up: cpu and gpu");
    }

    @Test
    void estimate_allRatesAreKnown_readsNoOtherExperiment() {
        Plan known = Samples.plan(experiment(sample -> sample.clearSubnetworks()));
        Iterator<Plan> untouchable = new Iterator<>() {
            @Override
            public boolean hasNext() {
                throw new AssertionError("Nothing is missing");
            }

            @Override
            public Plan next() {
                throw new NoSuchElementException();
            }
        };

        Estimates.Estimated estimated = new Estimates(
                        known,
                        Set.of(),
                        Map.of(Samples.inputs().models().get(0).key(), "tiny"),
                        key -> Optional.ofNullable(fixture.store.get(key)))
                .estimate(fixture.givenAll().given, untouchable);

        assertThat(estimated.whole().getComplete()).isTrue();
    }

    private static WorkEstimate stage1(PlanEstimate estimate) {
        return work(estimate, WorkKind.WORK_KIND_STAGE1);
    }
}
