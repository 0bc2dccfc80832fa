package org.crvqa.vqa.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.Artifact;
import org.crvqa.artifacts.ArtifactDraft;
import org.crvqa.artifacts.Sha256;
import org.crvqa.task.v1.EvaluateSpec;
import org.crvqa.task.v1.Keep;
import org.crvqa.task.v1.LossKind;
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
import org.crvqa.vqa.mask.SubnetworkMask;
import org.crvqa.vqa.tensorfile.SafetensorsReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TasksTest {
    private static final int STEPS = 120;

    @TempDir
    Path folder;

    private TaskRuns runs;
    private String dataset;
    private String model;

    @BeforeEach
    void open() {
        runs = new TaskRuns(folder);
        dataset = runs.dataset(TinyVqaCp.write(folder), TinyVqaCp.OPTIONS);
        model = runs.model(TinyVqaCp.config(TinyVqaCp.WORDS, TinyVqaCp.FEATURES));
    }

    @AfterEach
    void close() {
        runs.close();
    }

    @Test
    void run_stage1_learnsAndReportsItsInputs() {
        Manifest trained = run(stage1(STEPS).build());
        assertThat(trained.getInputKeysList()).containsExactly(dataset, model);
        assertThat(trained.getMetricsMap()).containsEntry("zeros/all", 0.0);
        assertThat(trained.getMetricsMap().get("loss/train")).isLessThan(1);
        Manifest scored = evaluate(EvaluateSpec.newBuilder().setTrainKey(trained.getKey()));
        assertThat(scored.getMetricsMap().get("accuracy/test/all")).isGreaterThan(0.85);
        assertThat(scored.getMetricsMap()).containsEntry("accuracy/test/upper_bound", 1.0);
        assertThat(scored.getMetricsMap()).containsKeys("accuracy/test/yes/no", "accuracy/test/other");
    }

    @Test
    void run_sameSpecTwice_givesTheSameBytes() throws Exception {
        TaskSpec train = task(stage1(5).build());
        Map<String, String> first = bytes(train);
        assertThat(bytes(train)).isEqualTo(first).hasSize(3);
        assertThat(bytes(task(stage1(5).setSeed(2).build())).get("model.safetensors"))
                .isNotEqualTo(first.get("model.safetensors"));
        TaskSpec prune = task(prune(run(stage1(5).build()), PruneMethod.PRUNE_METHOD_MASK_TRAINING, 5)
                .build());
        assertThat(bytes(prune)).isEqualTo(bytes(prune)).hasSize(3);
    }

    @Test
    void run_maskTraining_keepsTheSparsityAndBeatsTheUntrainedMask() {
        Manifest stage1 = run(stage1(STEPS).build());
        Manifest magnitude =
                run(prune(stage1, PruneMethod.PRUNE_METHOD_MAGNITUDE, 0).build());
        Manifest trained =
                run(prune(stage1, PruneMethod.PRUNE_METHOD_MASK_TRAINING, STEPS).build());
        for (Manifest mask : new Manifest[] {magnitude, trained}) {
            assertThat(mask.getMetricsMap().get("zeros/language")).isCloseTo(0.8, within(0.01));
            assertThat(mask.getMetricsMap().get("zeros/fusion")).isCloseTo(0.7, within(0.01));
            assertThat(mask.getMetricsMap().get("parameters/kept")).isPositive();
        }
        double loss = trained.getMetricsMap().get("loss/train");
        assertThat(loss).isLessThan(1.5);
        assertThat(accuracy(stage1, trained)).isGreaterThan(0.85);
        assertThat(accuracy(stage1, trained)).isGreaterThanOrEqualTo(accuracy(stage1, magnitude));
        assertThat(mask(stage1, trained)).isNotEqualTo(mask(stage1, magnitude));
    }

    @Test
    void run_headOnly_keepsTheMagnitudeMaskAndChangesTheHead() {
        Manifest stage1 = run(stage1(10).build());
        Manifest magnitude =
                run(prune(stage1, PruneMethod.PRUNE_METHOD_MAGNITUDE, 0).build());
        Manifest control =
                run(prune(stage1, PruneMethod.PRUNE_METHOD_HEAD_ONLY, 5).build());
        assertThat(digest(control, "mask.safetensors")).isEqualTo(digest(magnitude, "mask.safetensors"));
        assertThat(digest(control, "head.safetensors")).isNotEqualTo(digest(magnitude, "head.safetensors"));
    }

    @Test
    void run_stage3_keepsPrunedWeightsZeroAndTrainsTheRest() {
        Manifest stage1 = run(stage1(10).build());
        Manifest stage2 =
                run(prune(stage1, PruneMethod.PRUNE_METHOD_MAGNITUDE, 0).build());
        Subnetwork subnetwork = subnetwork(stage1, stage2);
        Manifest stage3 = run(stage1(10).setSubnetwork(subnetwork).build());
        assertThat(stage3.getInputKeysList()).containsExactly(dataset, model, stage1.getKey(), stage2.getKey());
        Artifact dense = runs.open(stage1);
        SubnetworkMask mask = SubnetworkMask.read(runs.open(stage2).file(Inputs.MASK), Inputs.config(dense));
        try (SafetensorsReader before = SafetensorsReader.open(dense.file(Inputs.WEIGHTS));
                SafetensorsReader after =
                        SafetensorsReader.open(runs.open(stage3).file(Inputs.WEIGHTS))) {
            int moved = 0;
            for (String name : Inputs.config(dense).maskable().keySet()) {
                float[] values = after.floats(name);
                float[] old = before.floats(name);
                for (int i = 0; i < values.length; i++) {
                    assertThat(mask.of(name)[i] == 1 || values[i] == 0).isTrue();
                    moved += mask.of(name)[i] == 1 && values[i] != old[i] ? 1 : 0;
                }
            }
            assertThat(moved).isGreaterThan(1000);
        }
        Manifest scored = evaluate(EvaluateSpec.newBuilder().setTrainKey(stage3.getKey()));
        assertThat(scored.getMetricsMap().get("zeros/all"))
                .isEqualTo(stage2.getMetricsMap().get("zeros/all"));
    }

    @Test
    void run_keepBest_savesTheStateThatScoredBest() {
        TrainSpec.Builder spec = stage1(60);
        // A rate that spoils the model towards the end of the warm-up, so that the last state is not the best.
        spec.getTrainingBuilder().getLearningRateBuilder().setPeak(0.2).setWarmupSteps(60);
        spec.getTrainingBuilder()
                .setSelection(Selection.newBuilder()
                        .setKeep(Keep.KEEP_BEST)
                        .setSplit(SplitSelection.newBuilder().setName("test"))
                        .setEverySteps(5));
        Manifest best = run(spec.build());
        double score = best.getMetricsMap().get("selection/score");
        assertThat(best.getMetricsMap().get("selection/step")).isLessThan(60);
        Manifest scored = evaluate(EvaluateSpec.newBuilder().setTrainKey(best.getKey()));
        assertThat(scored.getMetricsMap().get("accuracy/test/all")).isEqualTo(score);
    }

    @Test
    void run_lmh_mixinIsTrainedOnlyWhenAskedFor() {
        Manifest fixed = run(stage1Lmh(STEPS));
        TrainSpec.Builder spec = stage1Lmh(STEPS).toBuilder();
        spec.getTrainingBuilder().getLossBuilder().setTrainMixin(true);
        Manifest trained = run(spec.build());
        assertThat(digest(trained, Inputs.WEIGHTS)).isNotEqualTo(digest(fixed, Inputs.WEIGHTS));
        // Accuracy would say little: with the bias given, nothing teaches the model which answers suit a question type.
        Manifest begun = run(stage1Lmh(1));
        assertThat(fixed.getMetricsMap().get("loss/train"))
                .isLessThan(begun.getMetricsMap().get("loss/train") / 2);
    }

    @Test
    void run_rateFarTooHigh_failsAsDiverged() {
        TrainSpec.Builder spec = stage1(20);
        spec.getTrainingBuilder().getLearningRateBuilder().setPeak(1e38).setWarmupSteps(0);
        assertThatThrownBy(() -> run(spec.build())).isInstanceOfSatisfying(DivergedException.class, e -> {
            assertThat(e).hasMessageContaining("at step");
            assertThat(e.advice()).contains("learning rate");
        });
    }

    @Test
    void run_cancelled_stopsBeforeTheNextStep() throws Exception {
        int[] checks = {0};
        TaskSpec spec = task(stage1(1000).build());
        try (ArtifactDraft draft = runs.repository().draft(spec)) {
            RecordingObserver observer = new RecordingObserver(() -> {
                if (++checks[0] > 3) {
                    throw new CancellationException();
                }
            });
            assertThatThrownBy(() -> runs.attempt(spec, draft, observer)).isInstanceOf(CancellationException.class);
            assertThat(checks[0]).isEqualTo(4);
            assertThat(draft.file(Inputs.WEIGHTS)).doesNotExist();
        }
    }

    @Test
    void run_stage1_reportsEveryPhaseToTheEnd() {
        RecordingObserver observer = new RecordingObserver(() -> {});
        runs.run(task(stage1(30).build()), observer);
        var last = observer.reports.get(observer.reports.size() - 1);
        assertThat(last.getPhase()).isEqualTo("train");
        assertThat(last.getStep()).isEqualTo(30);
        assertThat(last.getTotalSteps()).isEqualTo(30);
        assertThat(last.hasLoss()).isTrue();
        assertThat(observer.reports.stream().map(TaskProgress::getPhase).distinct())
                .containsExactly("load data", "load weights", "look for a state", "train");
        assertThat(observer.metrics).containsKey("loss/train@30");
    }

    @Test
    void run_maxQuestions_predictsTheFirstByIdentifier() throws Exception {
        Manifest trained = run(stage1(1).build());
        EvaluateSpec spec = EvaluateSpec.newBuilder()
                .setTrainKey(trained.getKey())
                .setDatasetKey(dataset)
                .setText(TextOptions.newBuilder().setMaxTokens(4))
                .addSplits(SplitSelection.newBuilder().setName("test").setMaxQuestions(2))
                .build();
        Artifact scored =
                runs.open(runs.run(TaskSpec.newBuilder().setEvaluate(spec).build(), new SampleRows.Silent()));
        assertThat(Files.readAllLines(scored.file("predictions-test.json")))
                .hasSize(4)
                .satisfies(lines -> assertThat(lines.get(1)).contains("\"question_id\":100,"))
                .satisfies(lines -> assertThat(lines.get(2)).contains("\"question_id\":101,"));
    }

    private TrainSpec.Builder stage1(int steps) {
        return TinyVqaCp.stage1(dataset, model, steps);
    }

    private TrainSpec stage1Lmh(int steps) {
        TrainSpec.Builder spec = stage1(steps);
        spec.getTrainingBuilder().getLossBuilder().setKind(LossKind.LOSS_KIND_LMH);
        return spec.build();
    }

    private PruneSpec.Builder prune(Manifest stage1, PruneMethod method, int steps) {
        PruneSpec.Builder spec = PruneSpec.newBuilder()
                .setDatasetKey(dataset)
                .setStage1Key(stage1.getKey())
                .setMethod(method)
                .setMask(TinyVqaCp.mask(method))
                .setSparsity(Sparsity.newBuilder()
                        .setLanguage(0.8)
                        .setVision(0.6)
                        .setFusion(0.7)
                        .setPooler(0.7));
        if (PruneSpecs.trains(method)) {
            spec.setTraining(TinyVqaCp.training(steps)).setSeed(3);
        }
        if (method == PruneMethod.PRUNE_METHOD_MASK_TRAINING) {
            spec.setThresholdEverySteps(4);
        }
        return spec;
    }

    private double accuracy(Manifest stage1, Manifest stage2) {
        return evaluate(EvaluateSpec.newBuilder().setSubnetwork(subnetwork(stage1, stage2)))
                .getMetricsMap()
                .get("accuracy/test/all");
    }

    private Manifest evaluate(EvaluateSpec.Builder checkpoint) {
        return runs.run(
                TaskSpec.newBuilder()
                        .setEvaluate(checkpoint
                                .setDatasetKey(dataset)
                                .setText(TextOptions.newBuilder().setMaxTokens(4))
                                .addSplits(SplitSelection.newBuilder().setName("test")))
                        .build(),
                new SampleRows.Silent());
    }

    private byte[] mask(Manifest stage1, Manifest stage2) {
        return SubnetworkMask.read(runs.open(stage2).file(Inputs.MASK), Inputs.config(runs.open(stage1)))
                .of("lxmert.pooler.dense.weight");
    }

    private static Subnetwork subnetwork(Manifest stage1, Manifest stage2) {
        return Subnetwork.newBuilder()
                .setStage1Key(stage1.getKey())
                .setStage2Key(stage2.getKey())
                .build();
    }

    private static String digest(Manifest manifest, String file) {
        return manifest.getFilesList().stream()
                .filter(entry -> entry.getName().equals(file))
                .findFirst()
                .orElseThrow()
                .getSha256();
    }

    private Manifest run(TrainSpec spec) {
        return runs.run(task(spec), new SampleRows.Silent());
    }

    private Manifest run(PruneSpec spec) {
        return runs.run(task(spec), new SampleRows.Silent());
    }

    private static TaskSpec task(TrainSpec spec) {
        return TaskSpec.newBuilder().setTrain(spec).build();
    }

    private static TaskSpec task(PruneSpec spec) {
        return TaskSpec.newBuilder().setPrune(spec).build();
    }

    /** Runs a task anew and gives the digests of its files. */
    private Map<String, String> bytes(TaskSpec spec) throws Exception {
        try (ArtifactDraft draft = runs.repository().draft(spec)) {
            runs.attempt(spec, draft, new SampleRows.Silent());
            Map<String, String> digests = new TreeMap<>();
            Consumer<Path> add = file -> digests.put(file.getFileName().toString(), sha256(file));
            try (var files = Files.list(draft.file("any").getParent())) {
                files.forEach(add);
            }
            return digests;
        }
    }

    private static String sha256(Path file) {
        try {
            return Sha256.hex(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
