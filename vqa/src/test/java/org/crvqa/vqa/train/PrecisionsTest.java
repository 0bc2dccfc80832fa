package org.crvqa.vqa.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.nio.file.Path;
import java.util.List;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.EvaluateSpec;
import org.crvqa.task.v1.Precision;
import org.crvqa.task.v1.SplitSelection;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.vqa.TestDevice;
import org.crvqa.vqa.device.CpuInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A task in bfloat16 runs where the processor computes in bfloat16, and nowhere else. */
class PrecisionsTest {
    private static final CpuInfo WITHOUT = CpuInfo.parse("""
            processor	: 0
            model name	: Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz
            flags		: fpu avx2 fma
            """);
    private static final CpuInfo WITH = CpuInfo.parse("""
            model name	: AMD EPYC 9554
            flags		: fpu avx2 fma avx512_bf16
            """);

    @TempDir
    Path folder;

    private TaskRuns runs;
    private ResumeTasks tasks;

    @BeforeEach
    void open() {
        runs = new TaskRuns(folder);
        tasks = new ResumeTasks(runs, folder);
    }

    @AfterEach
    void close() {
        runs.close();
    }

    @Test
    void run_processorWithoutBfloat16_refusesEveryKindOfTask() {
        assumeFalse(TestDevice.torch().device().isGpu(), "A GPU computes in bfloat16 whatever the processor can");
        for (TaskSpec spec : List.of(
                tasks.of(ResumeTasks.Kind.STAGE1_BFLOAT16),
                tasks.of(ResumeTasks.Kind.MASK_BFLOAT16),
                evaluation(Precision.PRECISION_BFLOAT16))) {
            assertThatExceptionOfType(InvalidInputException.class)
                    .isThrownBy(() -> runs.onProcessor(WITHOUT).run(spec, new SampleRows.Silent()))
                    .withMessageMatching(
                            "Task spec: (training\\.)?precision is bfloat16, but this worker's processor "
                                    + "\\(Intel\\(R\\) Xeon\\(R\\) CPU E5-2680 v4 @ 2.40GHz\\) has no instructions for bfloat16 .*")
                    .satisfies(
                            e -> assertThat(e.advice()).contains("precision unset", "GPU", "avx512_bf16", "amx_bf16"));
            assertThat(runs.onProcessor(WITH).run(spec, new SampleRows.Silent()).getMetricsMap())
                    .isNotEmpty();
        }
    }

    @Test
    void run_unknownProcessorInFloat32_runsEveryKindOfTask() {
        for (TaskSpec spec : List.of(
                tasks.of(ResumeTasks.Kind.STAGE1_ADAM),
                tasks.of(ResumeTasks.Kind.MASK_THRESHOLD),
                evaluation(Precision.PRECISION_UNSPECIFIED))) {
            assertThat(runs.onProcessor(CpuInfo.parse(""))
                            .run(spec, new SampleRows.Silent())
                            .getMetricsMap())
                    .isNotEmpty();
        }
    }

    private TaskSpec evaluation(Precision precision) {
        Manifest trained = runs.run(tasks.of(ResumeTasks.Kind.STAGE1_ADAM), new SampleRows.Silent());
        return TaskSpec.newBuilder()
                .setEvaluate(EvaluateSpec.newBuilder()
                        .setDatasetKey(trained.getSpec().getTrain().getDatasetKey())
                        .setTrainKey(trained.getKey())
                        .setText(trained.getSpec().getTrain().getTraining().getText())
                        .setPrecision(precision)
                        .addSplits(SplitSelection.newBuilder().setName("test")))
                .build();
    }
}
