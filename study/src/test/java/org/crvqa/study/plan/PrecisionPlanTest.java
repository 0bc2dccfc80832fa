package org.crvqa.study.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.study.Samples;
import org.crvqa.study.spec.ExperimentRules;
import org.crvqa.study.spec.ExperimentYaml;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.Precision;
import org.crvqa.task.v1.TaskSpec;
import org.junit.jupiter.api.Test;

/** What the keys {@code precision} and {@code evaluate_precision} of an experiment file make of its tasks. */
class PrecisionPlanTest {
    @Test
    void plan_float32WrittenOut_keepsEveryKeyAndName() {
        Plan said = plan("precision: float32\nevaluate_precision: float32\n", "precision: float32");

        assertThat(said).isEqualTo(plan("", ""));
    }

    @Test
    void plan_bfloat16ForAll_isInEverySpecThatComputes() {
        Plan plan = plan("precision: bfloat16\n", "");

        assertThat(plan.tasks()).allSatisfy(task -> {
            TaskSpec spec = task.spec();
            boolean untrained = spec.hasPrune() && !spec.getPrune().hasTraining();
            assertThat(precision(spec))
                    .as(task.label())
                    .isEqualTo(untrained ? Precision.PRECISION_UNSPECIFIED : Precision.PRECISION_BFLOAT16);
        });
        // A stage that trains nothing is computed in no precision; it still reads other checkpoints.
        assertThat(keys(plan, "").values())
                .doesNotContainAnyElementsOf(keys(plan("", ""), "").values());
    }

    @Test
    void plan_bfloat16ForAll_namesRowsAndTasks() {
        Plan plan = plan("precision: bfloat16\n", "");

        assertThat(names(plan))
                .containsExactly(
                        "bce bfloat16",
                        "lmh bfloat16",
                        "lmh-lmh 0.7 bfloat16",
                        "magnitude 0.7 of lmh bfloat16",
                        "head-only lmh 0.7 of lmh bfloat16");
        assertThat(plan.tasks())
                .extracting(PlanTask::label)
                .contains(
                        "stage 1 lmh bfloat16, tiny, seed 0",
                        "stage 2 mask-training lmh 0.7 of lmh bfloat16, tiny, seed 1",
                        "stage 2 magnitude 0.7 of lmh, tiny, seed 0",
                        "evaluate lmh bfloat16, tiny, seed 0");
    }

    @Test
    void plan_oneStageInBfloat16_sharesAllThatDoesNotReadIt() {
        Plan plan = plan("", "precision: bfloat16");

        assertThat(keys(plan, "stage 1")).isEqualTo(keys(plan("", ""), "stage 1"));
        assertThat(keys(plan, "stage 2 magnitude")).isEqualTo(keys(plan("", ""), "stage 2 magnitude"));
        assertThat(keys(plan, "stage 2 mask-training").values())
                .doesNotContainAnyElementsOf(
                        keys(plan("", ""), "stage 2 mask-training").values());
        assertThat(names(plan))
                .containsExactly(
                        "bce",
                        "lmh",
                        "lmh-lmh 0.7 bfloat16=stage2",
                        "magnitude 0.7 of lmh",
                        "head-only lmh 0.7 of lmh bfloat16=stage2");
    }

    @Test
    void plan_evaluationAloneInBfloat16_sharesAllTraining() {
        Plan plan = plan("evaluate_precision: bfloat16\n", "");

        assertThat(keys(plan, "stage")).isEqualTo(keys(plan("", ""), "stage"));
        assertThat(keys(plan, "evaluate").values())
                .doesNotContainAnyElementsOf(keys(plan("", ""), "evaluate").values());
        assertThat(names(plan)).contains("lmh bfloat16=evaluate");
    }

    @Test
    void plan_stageAndEvaluationSayOtherwise_comeBeforeTheExperiment() {
        Plan plan = plan("precision: bfloat16\nevaluate_precision: float32\n", "precision: float32");

        assertThat(names(plan))
                .containsExactly(
                        "bce bfloat16=stage1",
                        "lmh bfloat16=stage1",
                        "lmh-lmh 0.7 bfloat16=stage1",
                        "magnitude 0.7 of lmh bfloat16=stage1",
                        "head-only lmh 0.7 of lmh bfloat16=stage1");
    }

    @Test
    void plan_stage3_hasItsOwnPrecision() {
        Plan plan = plan(
                "stage3: {precision: bfloat16}\n",
                "",
                experiment -> experiment.getSubnetworksBuilder(1).addStage3Losses(LossKind.LOSS_KIND_BCE));

        assertThat(names(plan)).contains("magnitude 0.7 of lmh", "magnitude 0.7 of lmh, then bce bfloat16=stage3");
        assertThat(plan.tasks())
                .filteredOn(task -> precision(task.spec()) == Precision.PRECISION_BFLOAT16)
                .extracting(PlanTask::label)
                .containsExactly(
                        "stage 3 magnitude 0.7 of lmh, then bce bfloat16, tiny, seed 0",
                        "stage 3 magnitude 0.7 of lmh, then bce bfloat16, tiny, seed 1");
    }

    private static Plan plan(String top, String stage2) {
        return plan(top, stage2, experiment -> {});
    }

    private static Plan plan(String top, String stage2, Consumer<Experiment.Builder> change) {
        String yaml = top + Samples.yaml().replace("  steps: 500\n", "  steps: 500\n  " + stage2 + "\n");
        ExperimentYaml.Parsed parsed = ExperimentYaml.parse(yaml);
        Experiment.Builder experiment = parsed.experiment().toBuilder();
        change.accept(experiment);
        ExperimentRules.check(experiment.build(), parsed.violations());
        parsed.violations().throwIfAny();
        return Samples.plan(experiment.build());
    }

    private static Precision precision(TaskSpec spec) {
        if (spec.hasEvaluate()) {
            return spec.getEvaluate().getPrecision();
        }
        return (spec.hasPrune()
                        ? spec.getPrune().getTraining()
                        : spec.getTrain().getTraining())
                .getPrecision();
    }

    private static List<String> names(Plan plan) {
        return plan.runs().stream().map(run -> run.cell().name()).distinct().toList();
    }

    /** Of the tasks whose labels begin so, by what the label says beside the precision. */
    private static Map<String, ArtifactKey> keys(Plan plan, String prefix) {
        return plan.tasks().stream()
                .filter(task -> task.label().startsWith(prefix))
                .collect(Collectors.toMap(
                        task -> task.label().replaceAll(" bfloat16(=[^ ,]*(,[^ ,]+)*)?", ""), PlanTask::key));
    }
}
