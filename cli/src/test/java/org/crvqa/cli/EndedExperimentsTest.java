package org.crvqa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.crvqa.cli.console.CapturedConsole;
import org.crvqa.coordinator.v1.CancelExperimentRequest;
import org.crvqa.coordinator.v1.CancelExperimentResponse;
import org.crvqa.coordinator.v1.CoordinatorServiceGrpc.CoordinatorServiceImplBase;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.GetExperimentRequest;
import org.crvqa.coordinator.v1.GetExperimentResponse;
import org.crvqa.coordinator.v1.SubmitExperimentRequest;
import org.crvqa.coordinator.v1.SubmitExperimentResponse;
import org.crvqa.coordinator.v1.WatchExperimentRequest;
import org.crvqa.coordinator.v1.WatchExperimentResponse;
import org.crvqa.experiment.v1.Experiment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What commands say and do about experiments that have ended. */
class EndedExperimentsTest {
    private final CapturedConsole captured = new CapturedConsole();
    private final AtomicInteger cancels = new AtomicInteger();
    private ExperimentStatus status = ExperimentStatus.newBuilder()
            .setId("e-1")
            .setExperiment(Experiment.newBuilder().setName("e"))
            .setState(ExperimentState.EXPERIMENT_STATE_SUCCEEDED)
            .setEnded(Timestamp.newBuilder().setSeconds(1_700_000_000))
            .setTasksDone(3)
            .setTasksTotal(3)
            .build();

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
        public void getExperiment(GetExperimentRequest request, StreamObserver<GetExperimentResponse> observer) {
            observer.onNext(
                    GetExperimentResponse.newBuilder().setExperiment(status).build());
            observer.onCompleted();
        }

        @Override
        public void cancelExperiment(
                CancelExperimentRequest request, StreamObserver<CancelExperimentResponse> observer) {
            cancels.incrementAndGet();
            observer.onNext(CancelExperimentResponse.newBuilder()
                    .setExperiment(status.toBuilder().setState(ExperimentState.EXPERIMENT_STATE_CANCELLED))
                    .build());
            observer.onCompleted();
        }

        @Override
        public void watchExperiment(WatchExperimentRequest request, StreamObserver<WatchExperimentResponse> observer) {
            observer.onNext(
                    WatchExperimentResponse.newBuilder().setExperiment(status).build());
            observer.onCompleted();
        }

        @Override
        public void submitExperiment(
                SubmitExperimentRequest request, StreamObserver<SubmitExperimentResponse> observer) {
            if (!request.getAgain() || !request.getSource().getExperiment().equals(status.getExperiment())) {
                observer.onError(Status.INVALID_ARGUMENT.asRuntimeException());
                return;
            }
            observer.onNext(SubmitExperimentResponse.newBuilder()
                    .setCreated(true)
                    .setExperiment(ExperimentStatus.newBuilder().setId("e-1-r2"))
                    .build());
            observer.onCompleted();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ExperimentState.class,
            names = {"EXPERIMENT_STATE_SUCCEEDED", "EXPERIMENT_STATE_FAILED", "EXPERIMENT_STATE_CANCELLED"})
    void cancel_hasEnded_changesNothingAndSaysSo(ExperimentState state) {
        status = status.toBuilder().setState(state).build();

        assertThat(run("cancel", "e-1")).isEqualTo(ExitCode.FAILED);
        assertThat(captured.err())
                .startsWith("Nothing was changed: Experiment e-1 ")
                .contains(" on 2023-11-14 ");
        assertThat(captured.out()).isEmpty();
        assertThat(cancels).hasValue(0);
    }

    @Test
    void cancel_running_endsIt() {
        status = status.toBuilder()
                .setState(ExperimentState.EXPERIMENT_STATE_RUNNING)
                .build();

        assertThat(run("cancel", "e-1")).isEqualTo(ExitCode.OK);
        assertThat(captured.out().strip()).isEqualTo("e-1: cancelled");
    }

    @Test
    void watch_succeededBefore_printsTheEndAndNamesTheReport() {
        assertThat(run("watch", "e-1")).isEqualTo(ExitCode.OK);
        assertThat(captured.out())
                .contains("Experiment e-1 succeeded on 2023-11-14 ", "3 of 3 tasks are done.")
                .contains("crvqa report e-1 --coordinator " + coordinator.address());
    }

    @Test
    void watch_failedBefore_namesTheCommandsThatHelp() {
        status = status.toBuilder()
                .setState(ExperimentState.EXPERIMENT_STATE_FAILED)
                .setTasksDone(1)
                .build();

        assertThat(run("watch", "e-1")).isEqualTo(ExitCode.FAILED);
        assertThat(captured.out())
                .contains("Experiment e-1 failed on ", "; 1 of 3 tasks is done.")
                .contains("crvqa tasks e-1 ", "--state failed", "crvqa retry e-1", "crvqa report e-1");
    }

    @Test
    void retry_cancelled_goesOnAsANewRevision() {
        status = status.toBuilder()
                .setState(ExperimentState.EXPERIMENT_STATE_CANCELLED)
                .build();

        assertThat(run("retry", "e-1")).isEqualTo(ExitCode.OK);
        assertThat(captured.out().strip()).isEqualTo("e-1-r2");
        assertThat(captured.err())
                .contains("Experiment e-1 was cancelled. It goes on as e-1-r2")
                .doesNotContain("others by now");
    }

    @Test
    void left_ofAnyCluster_saysHowToLookAndHowToEnd() {
        assertThat(Following.left("e-1", " --coordinator h:1"))
                .anyMatch(line -> line.contains("goes on"))
                .anyMatch(line -> line.endsWith("crvqa watch e-1 --coordinator h:1"))
                .anyMatch(line -> line.endsWith("crvqa cancel e-1 --coordinator h:1"));
    }

    private int run(String... arguments) {
        return coordinator.run(captured, folder, arguments);
    }
}
