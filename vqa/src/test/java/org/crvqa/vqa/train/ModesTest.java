package org.crvqa.vqa.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactDraft;
import org.crvqa.artifacts.Sha256;
import org.crvqa.task.v1.EvaluateSpec;
import org.crvqa.task.v1.SplitSelection;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.vqa.TestDevice;
import org.crvqa.vqa.tensor.Transfer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same bytes whether Java sees tensors where they lie or copies them, and whether batches are filled ahead or not. */
class ModesTest {
    @TempDir
    Path folder;

    private final Transfer transfer = TestDevice.torch().transfer();
    private final boolean direct = transfer.isDirect();
    private TaskRuns runs;
    private ResumeTasks tasks;

    @BeforeEach
    void open() {
        runs = new TaskRuns(folder);
        tasks = new ResumeTasks(runs, folder);
    }

    @AfterEach
    void close() {
        transfer.copyEverything(!direct);
        runs.close();
    }

    @ParameterizedTest
    @EnumSource(ResumeTasks.Kind.class)
    void run_everyKind_givesTheSameBytesInEveryMode(ResumeTasks.Kind kind) {
        TaskSpec spec = tasks.of(kind);
        transfer.copyEverything(false);
        Map<String, String> expected = result(runs, spec);
        transfer.copyEverything(true);
        assertThat(transfer.isDirect()).isFalse();
        assertThat(result(runs, spec)).as("everything copied").isEqualTo(expected);
        transfer.copyEverything(false);
        assertThat(result(runs.withoutPrefetch(), spec))
                .as("without filling ahead")
                .isEqualTo(expected);
    }

    @Test
    void run_evaluation_givesTheSameBytesInEveryMode() {
        TaskSpec stage1 = tasks.of(ResumeTasks.Kind.STAGE1_ADAM);
        Manifest trained = runs.run(stage1, new SampleRows.Silent());
        TaskSpec spec = evaluation(trained);
        transfer.copyEverything(false);
        Map<String, String> expected = result(runs, spec);
        assertThat(expected).containsKeys("predictions-test.json", "predictions-test.binpb");
        transfer.copyEverything(true);
        assertThat(result(runs, spec)).isEqualTo(expected);
        assertThat(result(runs.withoutPrefetch(), spec)).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource(
            value = ResumeTasks.Kind.class,
            names = {
                "STAGE1_ADAMW",
                "LMH_MIXIN",
                "STAGE3_DISTILLED",
                "MASK_THRESHOLD",
                "MASK_TWO_OF_FOUR",
                "MASK_SIGN",
                "MASK_BERNOULLI",
                "VISUAL_BERT"
            })
    void run_everyStep_waitsForTheDeviceOnce(ResumeTasks.Kind kind) {
        TaskSpec spec = tasks.of(kind);
        List<Long> waits = new ArrayList<>();
        try (ArtifactDraft draft = runs.repository().draft(spec)) {
            runs.attempt(spec, draft, new RecordingObserver(() -> waits.add(transfer.waits())));
        }
        assertThat(waits).hasSize(ResumeTasks.STEPS);
        // So few steps are all points of the curve of zeros, of which a long training has 50.
        int expected = kind.name().startsWith("MASK") ? 2 : 1;
        for (int step = 1; step < waits.size(); step++) {
            assertThat(waits.get(step) - waits.get(step - 1))
                    .as("step %d", step)
                    .isEqualTo(expected);
        }
    }

    @Test
    void run_evaluationBatch_doesNotWaitForTheDevice() {
        Manifest trained = runs.run(tasks.of(ResumeTasks.Kind.STAGE1_ADAM), new SampleRows.Silent());
        TaskSpec spec = evaluation(trained);
        List<Long> waits = new ArrayList<>();
        try (ArtifactDraft draft = runs.repository().draft(spec)) {
            runs.inBatchesOf(1).attempt(spec, draft, new RecordingObserver(() -> waits.add(transfer.waits())));
        }
        assertThat(waits).hasSizeGreaterThan(3);
        assertThat(waits).as("between the batches of a split").containsOnly(waits.get(0));
    }

    private TaskSpec evaluation(Manifest trained) {
        return TaskSpec.newBuilder()
                .setEvaluate(EvaluateSpec.newBuilder()
                        .setDatasetKey(trained.getSpec().getTrain().getDatasetKey())
                        .setTrainKey(trained.getKey())
                        .setText(trained.getSpec().getTrain().getTraining().getText())
                        .addSplits(SplitSelection.newBuilder().setName("test")))
                .build();
    }

    /** Digests of the result's files by name, and what the manifest says of it. */
    private static Map<String, String> result(TaskRuns runs, TaskSpec spec) {
        Map<String, String> result = new TreeMap<>();
        try (ArtifactDraft draft = runs.repository().draft(spec)) {
            Manifest details = runs.attempt(spec, draft, new SampleRows.Silent());
            result.put("metrics", new TreeMap<>(details.getMetricsMap()).toString());
            for (String name : List.of(
                    Inputs.CONFIG,
                    Inputs.WEIGHTS,
                    Inputs.MASK,
                    Inputs.HEAD,
                    "predictions-test.json",
                    "predictions-test.binpb")) {
                Path file = draft.file(name);
                if (Files.exists(file)) {
                    result.put(name, Sha256.hex(file));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertThat(result).hasSizeGreaterThan(1);
        return result;
    }
}
