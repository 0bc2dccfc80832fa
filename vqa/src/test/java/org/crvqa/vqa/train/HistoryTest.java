package org.crvqa.vqa.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifact.v1.MetricSeries;
import org.crvqa.artifact.v1.TrainingHistory;
import org.crvqa.artifacts.ArtifactDraft;
import org.crvqa.task.v1.LearningRate;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.TrainingSettings;
import org.crvqa.vqa.optim.LinearSchedule;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What training writes down against what its manifest says and its settings ask for. */
class HistoryTest {
    @TempDir
    Path folder;

    private TaskRuns runs;
    private ResumeTasks tasks;

    /** A task's history with its details. */
    private record Run(TrainingHistory history, Manifest details) {
        Map<String, MetricSeries> series() {
            Map<String, MetricSeries> series = new TreeMap<>();
            history.getSeriesList().forEach(one -> series.put(one.getName(), one));
            return series;
        }
    }

    @BeforeEach
    void open() {
        runs = new TaskRuns(folder);
        tasks = new ResumeTasks(runs, folder);
    }

    @AfterEach
    void close() {
        runs.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = ResumeTasks.Kind.class,
            names = {"STAGE1_ADAMW", "LMH_MIXIN", "STAGE3_DISTILLED", "MASK_THRESHOLD", "HEAD_ONLY", "ITERATIVE"})
    void run_anyKind_agreesWithManifestAndSchedule(ResumeTasks.Kind kind) throws IOException {
        TaskSpec spec = tasks.of(kind);
        Run run = run(spec);
        Map<String, MetricSeries> series = run.series();
        TrainingSettings settings = spec.hasTrain()
                ? spec.getTrain().getTraining()
                : spec.getPrune().getTraining();
        LearningRate rate = settings.getLearningRate();
        LinearSchedule schedule = new LinearSchedule(rate.getPeak(), rate.getWarmupSteps(), ResumeTasks.STEPS);

        assertThat(run.history().getTotalSteps()).isEqualTo(ResumeTasks.STEPS);
        assertThat(run.history().getStepsPerEpoch()).isPositive();
        for (String name : new String[] {"loss", "learning_rate", "gradient_norm"}) {
            assertThat(series.get(name).getStepList())
                    .as(name)
                    .containsExactlyElementsOf(
                            IntStream.rangeClosed(1, ResumeTasks.STEPS).boxed().toList());
        }
        // Fewer steps than the stretch over which the manifest's loss is a mean.
        assertThat(mean(series.get("loss"))).isCloseTo(run.details().getMetricsOrThrow("loss/train"), within(1e-12));
        for (int step = 0; step < ResumeTasks.STEPS; step++) {
            assertThat(series.get("learning_rate").getValue(step)).isEqualTo(schedule.at(step));
            assertThat(series.get("gradient_norm").getValue(step)).isPositive();
        }
        run.details().getMetricsMap().forEach((name, share) -> {
            if (name.startsWith("zeros/") && series.containsKey(name)) {
                MetricSeries zeros = series.get(name);
                assertThat(zeros.getStep(zeros.getStepCount() - 1)).isEqualTo(ResumeTasks.STEPS);
                assertThat(zeros.getValue(zeros.getValueCount() - 1)).as(name).isEqualTo(share);
            }
        });
    }

    @Test
    void run_lossesOfSeveralTerms_areTheirSum() throws IOException {
        Map<String, MetricSeries> lmh =
                run(tasks.of(ResumeTasks.Kind.LMH_MIXIN)).series();
        Map<String, MetricSeries> distilled =
                run(tasks.of(ResumeTasks.Kind.STAGE3_DISTILLED)).series();
        assertThat(lmh).containsKeys("loss/answers", "loss/entropy").doesNotContainKey("loss/distillation");
        assertThat(distilled).containsKeys("loss/answers", "loss/distillation");
        assertThat(run(tasks.of(ResumeTasks.Kind.STAGE1_ADAM)).series()).doesNotContainKey("loss/answers");
        assertThat(distilled.get("loss/distillation").getValueList())
                .allSatisfy(value -> assertThat(value).isBetween(0.0, 10.0));
        for (int i = 0; i < ResumeTasks.STEPS; i++) {
            assertThat(lmh.get("loss/answers").getValue(i)
                            + lmh.get("loss/entropy").getValue(i))
                    .isCloseTo(lmh.get("loss").getValue(i), within(1e-9));
        }
    }

    @Test
    void run_masks_haveZerosByModality() throws IOException {
        assertThat(run(tasks.of(ResumeTasks.Kind.MASK_THRESHOLD)).series())
                .containsKeys("zeros/all", "zeros/language", "zeros/vision", "zeros/fusion", "zeros/pooler");
        assertThat(run(tasks.of(ResumeTasks.Kind.STAGE1_ADAM)).series()).doesNotContainKey("zeros/all");
    }

    @Test
    void run_splitThatChooses_hasTheScoreThatWasChosen() throws IOException {
        Run run = run(tasks.of(ResumeTasks.Kind.KEEP_BEST_EARLY));
        MetricSeries scores = run.series().get("accuracy/test/all");
        int chosen = (int) run.details().getMetricsOrThrow("selection/step");
        double score = run.details().getMetricsOrThrow("selection/score");
        assertThat(scores.getValueList()).allSatisfy(value -> assertThat(value).isLessThanOrEqualTo(score));
        assertThat(scores.getValue(scores.getStepList().indexOf(chosen))).isEqualTo(score);
    }

    private Run run(TaskSpec spec) throws IOException {
        try (ArtifactDraft draft = runs.repository().draft(spec)) {
            Manifest details = runs.attempt(spec, draft, new SampleRows.Silent());
            byte[] bytes = Files.readAllBytes(draft.file(History.FILE));
            return new Run(TrainingHistory.parseFrom(bytes), details);
        }
    }

    private static double mean(MetricSeries series) {
        return series.getValueList().stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElseThrow();
    }
}
