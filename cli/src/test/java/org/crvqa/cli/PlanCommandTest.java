package org.crvqa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.crvqa.cli.console.CapturedConsole;
import org.crvqa.coordinator.v1.CoordinatorServiceGrpc.CoordinatorServiceImplBase;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.PlanEstimate;
import org.crvqa.coordinator.v1.PlanExperimentRequest;
import org.crvqa.coordinator.v1.PlanExperimentResponse;
import org.crvqa.coordinator.v1.PlannedTask;
import org.crvqa.coordinator.v1.SubmitExperimentRequest;
import org.crvqa.coordinator.v1.SubmitExperimentResponse;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.coordinator.v1.WorkEstimate;
import org.crvqa.coordinator.v1.WorkKind;
import org.crvqa.task.v1.Precision;
import org.crvqa.task.v1.PruneMethod;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanCommandTest {
    private static final WorkEstimate STAGE1 = WorkEstimate.newBuilder()
            .setWork(WorkKind.WORK_KIND_STAGE1)
            .setModel("tiny")
            .setPrecision(Precision.PRECISION_BFLOAT16)
            .setBatchSize(64)
            .setTasksDone(1)
            .setTasksToRun(3)
            .setSteps(3_000)
            .setDeviceSeconds(5_400)
            .setRate("1.8 s a step of 64, bench.json: cpu, 1 thread")
            .addNotes("measured with a batch size of 32 and scaled by examples to 64")
            .build();
    private static final WorkEstimate HEAD_ONLY = WorkEstimate.newBuilder()
            .setWork(WorkKind.WORK_KIND_STAGE2)
            .setMethod(PruneMethod.PRUNE_METHOD_HEAD_ONLY)
            .setModel("tiny")
            .setTasksToRun(2)
            .setSteps(1_000)
            .setRate("no rate is known")
            .build();

    private final CapturedConsole captured = new CapturedConsole();
    private final AtomicReference<PlanExperimentRequest> asked =
            new AtomicReference<>(PlanExperimentRequest.getDefaultInstance());
    private final AtomicInteger submitted = new AtomicInteger();
    private PlanEstimate estimate = estimate(STAGE1);

    @TempDir
    private Path folder;

    private AnsweringCoordinator coordinator;
    private String experiment = "";

    @BeforeEach
    void serve() throws IOException {
        experiment = Files.writeString(folder.resolve("e.yaml"), "name: e\n").toString();
        coordinator = new AnsweringCoordinator(new Answers());
    }

    @AfterEach
    void stop() throws InterruptedException {
        coordinator.stop();
    }

    private final class Answers extends CoordinatorServiceImplBase {
        @Override
        public void submitExperiment(
                SubmitExperimentRequest request, StreamObserver<SubmitExperimentResponse> observer) {
            submitted.incrementAndGet();
            observer.onNext(SubmitExperimentResponse.newBuilder()
                    .setExperiment(ExperimentStatus.newBuilder().setId("e-0123456789ab"))
                    .build());
            observer.onCompleted();
        }

        @Override
        public void planExperiment(PlanExperimentRequest request, StreamObserver<PlanExperimentResponse> observer) {
            asked.set(request);
            observer.onNext(PlanExperimentResponse.newBuilder()
                    .setExperimentId("e-1")
                    .setRuns(4)
                    .setTasksUnshared(6)
                    .addTasks(PlannedTask.newBuilder()
                            .setKey("a".repeat(64))
                            .setKind(TaskKind.TASK_KIND_TRAIN)
                            .setLabel("stage 1 lmh bfloat16, tiny, seed 0")
                            .setDeviceSeconds(1_800))
                    .setEstimate(estimate)
                    .build());
            observer.onCompleted();
        }
    }

    @Test
    void plan_everyRateIsKnown_sumsDeviceHoursAndSaysWhereRatesComeFrom() {
        assertThat(run("plan", experiment)).isEqualTo(ExitCode.OK);

        assertThat(lines())
                .contains("Work In the store To run Steps Questions answered Device-hours")
                .contains("stage 1, tiny, bfloat16 1 3 3,000 1.50")
                .contains("In all 1.50 device-hours.")
                .contains("stage 1, tiny, bfloat16: 1.8 s a step of 64, bench.json: cpu, 1 thread"
                        + " (measured with a batch size of 32 and scaled by examples to 64).")
                .contains("Note: start-up comes on top.");
    }

    @Test
    void plan_aRateIsMissing_saysThatTheSumIsPartial() {
        estimate = estimate(STAGE1, HEAD_ONLY);

        assertThat(run("plan", experiment)).isEqualTo(ExitCode.OK);

        assertThat(lines())
                .contains("stage 2 head-only, tiny 0 2 1,000 unknown")
                .contains("stage 2 head-only, tiny: no rate is known.")
                .anyMatch(line -> line.startsWith("PARTIAL: 1.50 device-hours and what is unknown"));
    }

    @Test
    void plan_noRateIsKnown_saysHowToGiveThem() {
        estimate = estimate(HEAD_ONLY);

        assertThat(run("plan", experiment)).isEqualTo(ExitCode.OK);

        assertThat(captured.out())
                .contains("Device time is unknown: give rates with --rates")
                .doesNotContain("PARTIAL", "In all");
    }

    @Test
    void plan_aboveTheLimit_isShownAndRefused() {
        assertThat(run("plan", experiment, "--limit-hours", "1.5")).isEqualTo(ExitCode.OK);
        assertThat(run("plan", experiment, "--limit-hours", "1.25")).isEqualTo(ExitCode.FAILED);
        assertThat(captured.err()).contains("it would take 1.50 device-hours, --limit-hours allows 1.25.");
        assertThat(lines()).contains("In all 1.50 device-hours.");
        assertThat(run("plan", experiment, "--limit-hours", "-1")).isEqualTo(ExitCode.BAD_INPUT);
    }

    @Test
    void submit_limitThatNobodyCanVouchFor_startsNothing() {
        estimate = estimate(STAGE1, HEAD_ONLY);
        assertThat(run("submit", experiment, "--limit-hours", "100")).isEqualTo(ExitCode.FAILED);
        assertThat(captured.err()).contains("how many it would take is not known", "--rates");
        assertThat(run("submit", experiment, "--limit-hours", "1")).isEqualTo(ExitCode.FAILED);
        assertThat(captured.err()).contains("more than 1.50 device-hours");
        assertThat(submitted.get()).isZero();

        estimate = estimate(STAGE1);
        assertThat(run("submit", experiment, "--limit-hours", "100")).isEqualTo(ExitCode.OK);
        assertThat(submitted.get()).isEqualTo(1);
    }

    @Test
    void plan_asJson_hasUnitsInItsNames() {
        assertThat(run("plan", experiment, "--output", "json")).isEqualTo(ExitCode.OK);

        assertThat(captured.out())
                .contains("\"device_seconds\": 5400.0", "\"device_seconds\": 1800.0", "\"complete\": true")
                .contains("\"precision\": \"PRECISION_BFLOAT16\"", "\"tasks_to_run\": 3");
    }

    @Test
    void plan_withRates_sendsThem() throws IOException {
        String rates = bench("0.5");

        assertThat(run("plan", experiment, "--rates", rates)).isEqualTo(ExitCode.OK);

        assertThat(asked.get().getRatesList()).singleElement().satisfies(rate -> {
            assertThat(rate.getSecondsPerStep()).isEqualTo(0.5);
            assertThat(rate.getSource()).isEqualTo("bench.json");
        });
    }

    @Test
    void plan_withWrongRates_isBadInputAndAsksNobody() throws IOException {
        String rates = bench("-1");

        assertThat(run("plan", experiment, "--rates", rates)).isEqualTo(ExitCode.BAD_INPUT);

        assertThat(captured.err())
                .contains("bench.json: measurements[0].seconds_per_step is -1, expected a number of at least 0");
        assertThat(asked.get()).isEqualTo(PlanExperimentRequest.getDefaultInstance());
    }

    private String bench(String secondsPerStep) throws IOException {
        return Files.writeString(folder.resolve("bench.json"), """
                        {"schema": "crvqa-bench/1", "program": "crvqa", "device": "cpu", "threads": 1, "answers": 3,
                         "precision": "bfloat16", "model": {"architecture": "visual_bert", "parameters": 5},
                         "measurements": [{"work": "stage2", "batch_size": 8, "examples_per_second": 16,
                                           "seconds_per_step": %s}]}
                        """.formatted(secondsPerStep))
                .toString();
    }

    private static PlanEstimate estimate(WorkEstimate... works) {
        List<WorkEstimate> all = List.of(works);
        return PlanEstimate.newBuilder()
                .addAllWorks(all)
                .setDeviceSeconds(
                        all.stream().mapToDouble(WorkEstimate::getDeviceSeconds).sum())
                .setComplete(all.stream().allMatch(WorkEstimate::hasDeviceSeconds))
                .addNotes("start-up comes on top")
                .build();
    }

    private List<String> lines() {
        return captured.out()
                .lines()
                .map(line -> line.replaceAll(" +", " ").strip())
                .toList();
    }

    private int run(String... arguments) {
        return coordinator.run(captured, folder, arguments);
    }
}
