package org.crvqa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import org.crvqa.cli.console.CapturedConsole;
import org.crvqa.coordinator.v1.CoordinatorServiceGrpc.CoordinatorServiceImplBase;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.GetExperimentRequest;
import org.crvqa.coordinator.v1.GetExperimentResponse;
import org.crvqa.coordinator.v1.GetWasteRequest;
import org.crvqa.coordinator.v1.GetWasteResponse;
import org.crvqa.coordinator.v1.LostTime;
import org.crvqa.coordinator.v1.RetryExperimentRequest;
import org.crvqa.coordinator.v1.RetryExperimentResponse;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.coordinator.v1.TaskStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetryAndWasteCommandTest {
    private static final String KEY = "a".repeat(64);

    private final CapturedConsole captured = new CapturedConsole();
    private RetryExperimentResponse retried = RetryExperimentResponse.newBuilder()
            .setExperiment(ExperimentStatus.newBuilder()
                    .setId("e-0123456789ab")
                    .addTasks(TaskStatus.newBuilder()
                            .setKey(KEY)
                            .setLabel("stage 1 lmh, tiny, seed 0")
                            .setState(TaskState.TASK_STATE_READY)
                            .setAttempt(3))
                    .addTasks(TaskStatus.newBuilder()
                            .setKey("b".repeat(64))
                            .setLabel("evaluate lmh")
                            .setState(TaskState.TASK_STATE_PLANNED)))
            .addRetriedKeys(KEY)
            .build();

    private double saved = 3600;

    @TempDir
    private Path folder;

    private AnsweringCoordinator coordinator;

    @BeforeEach
    void serve() throws IOException {
        coordinator = new AnsweringCoordinator(new Answers());
    }

    @AfterEach
    void stop() throws InterruptedException {
        coordinator.stop();
    }

    private final class Answers extends CoordinatorServiceImplBase {
        @Override
        public void retryExperiment(RetryExperimentRequest request, StreamObserver<RetryExperimentResponse> observer) {
            if (request.getExperimentId().equals("e-0123456789ab")) {
                observer.onNext(retried);
                observer.onCompleted();
            } else {
                observer.onError(Status.NOT_FOUND
                        .withDescription("There is no experiment")
                        .asRuntimeException());
            }
        }

        @Override
        public void getExperiment(GetExperimentRequest request, StreamObserver<GetExperimentResponse> observer) {
            observer.onNext(GetExperimentResponse.newBuilder()
                    .setExperiment(ExperimentStatus.newBuilder()
                            .setId(request.getExperimentId())
                            .setState(ExperimentState.EXPERIMENT_STATE_FAILED))
                    .build());
            observer.onCompleted();
        }

        @Override
        public void getWaste(GetWasteRequest request, StreamObserver<GetWasteResponse> observer) {
            observer.onNext(GetWasteResponse.newBuilder()
                    .setSpentSeconds(request.getExperimentId().isEmpty() ? 2 * 5400 : 5400)
                    .setSavedBySharingSeconds(saved)
                    .setSavedByResumingSeconds(1800)
                    .addLost(LostTime.newBuilder()
                            .setCause("killed for memory")
                            .setAttempts(2)
                            .setSeconds(1800))
                    .setTasks(4)
                    .setAttempts(6)
                    .build());
            observer.onCompleted();
        }
    }

    @Test
    void retry_failedTask_isShownWithWhatWaitsForIt() {
        assertThat(run("retry", "e-0123456789ab")).isEqualTo(ExitCode.OK);
        assertThat(captured.out())
                .contains("stage 1 lmh, tiny, seed 0")
                .contains("ready")
                .contains("1 task waits")
                .doesNotContain("evaluate lmh");
    }

    @Test
    void retry_nothingFailed_saysSo() {
        retried = retried.toBuilder().clearRetriedKeys().build();

        assertThat(run("retry", "e-0123456789ab")).isEqualTo(ExitCode.OK);
        assertThat(captured.out()).contains("Nothing failed in e-0123456789ab");
    }

    @Test
    void retry_asJson_listsTheKeys() {
        assertThat(run("retry", "e-0123456789ab", "--output", "json")).isEqualTo(ExitCode.OK);
        assertThat(captured.out()).contains("\"retried_keys\": [\"" + KEY + "\"]");
    }

    @Test
    void retry_unknownExperiment_isBadInput() {
        assertThat(run("retry", "other")).isEqualTo(ExitCode.BAD_INPUT);
        assertThat(captured.err()).contains("There is no experiment");
    }

    @Test
    void waste_ofOneExperiment_showsHoursAndShares() {
        assertThat(run("waste", "e-0123456789ab")).isEqualTo(ExitCode.OK);
        assertThat(captured.out().lines().map(line -> line.replaceAll(" +", " ").strip()))
                .contains(
                        "spent on results 1.50 75.0 %",
                        "lost 0.50 25.0 % 2",
                        "killed for memory 0.50 25.0 % 2",
                        "not needed: shared tasks 1.00 50.0 %",
                        "not needed: resumed from states 0.50 25.0 %");
    }

    @Test
    void waste_savedMoreThanWorked_explainsSharesOver100() {
        saved = 10 * 3600;

        assertThat(run("waste", "e-0123456789ab")).isEqualTo(ExitCode.OK);
        assertThat(captured.out()).contains("500.0 %", "over 100 %");
    }

    @Test
    void waste_savedLess_explainsNothing() {
        assertThat(run("waste", "e-0123456789ab")).isEqualTo(ExitCode.OK);
        assertThat(captured.out()).doesNotContain("over 100 %");
    }

    @Test
    void waste_ofAll_asJson() {
        assertThat(run("waste", "--output", "json")).isEqualTo(ExitCode.OK);
        assertThat(captured.out()).contains("\"spent_seconds\": 10800.0").contains("\"saved_by_sharing_seconds\"");
    }

    private int run(String... arguments) {
        return coordinator.run(captured, folder, arguments);
    }
}
