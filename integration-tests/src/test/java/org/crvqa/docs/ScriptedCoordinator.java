package org.crvqa.docs;

import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.crvqa.coordinator.v1.CoordinatorServiceGrpc;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.GetReportRequest;
import org.crvqa.coordinator.v1.GetReportResponse;
import org.crvqa.coordinator.v1.Report;
import org.crvqa.coordinator.v1.ReportCell;
import org.crvqa.coordinator.v1.ReportRow;
import org.crvqa.coordinator.v1.RunScore;
import org.crvqa.coordinator.v1.SubmitExperimentRequest;
import org.crvqa.coordinator.v1.SubmitExperimentResponse;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.coordinator.v1.TaskStatus;
import org.crvqa.coordinator.v1.WatchExperimentRequest;
import org.crvqa.coordinator.v1.WatchExperimentResponse;
import org.crvqa.task.v1.TaskProgress;

/** A coordinator on a free loopback port that plays one short experiment; it refuses a file that says "refuse". */
final class ScriptedCoordinator extends CoordinatorServiceGrpc.CoordinatorServiceImplBase implements AutoCloseable {
    static final String ID = "scripted-0123456789ab";

    private final List<String> submitted = new CopyOnWriteArrayList<>();
    private final ExperimentState end;
    private final Server server;

    private ScriptedCoordinator(ExperimentState end) throws IOException {
        this.end = end;
        this.server = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                .addService(this)
                .build()
                .start();
    }

    /** Starts one whose experiment ends in this state. */
    static ScriptedCoordinator endingIn(ExperimentState end) throws IOException {
        return new ScriptedCoordinator(end);
    }

    String address() {
        return "localhost:" + server.getPort();
    }

    /** The texts that were submitted. */
    List<String> submitted() {
        return submitted;
    }

    @Override
    public void submitExperiment(SubmitExperimentRequest request, StreamObserver<SubmitExperimentResponse> reply) {
        String yaml = request.getSource().getYaml();
        submitted.add(yaml);
        if (yaml.contains("refuse")) {
            reply.onError(Status.INVALID_ARGUMENT
                    .withDescription("line 1, column 1: unknown key 'refuse'")
                    .asRuntimeException());
            return;
        }
        answer(
                reply,
                SubmitExperimentResponse.newBuilder()
                        .setExperiment(status(ExperimentState.EXPERIMENT_STATE_RUNNING, 0))
                        .setCreated(true)
                        .build());
    }

    @Override
    public void watchExperiment(WatchExperimentRequest request, StreamObserver<WatchExperimentResponse> reply) {
        TaskStatus.Builder task = TaskStatus.newBuilder()
                .setLabel("stage 1 lmh, tiny, seed 0")
                .setState(TaskState.TASK_STATE_RUNNING)
                .setProgress(
                        TaskProgress.newBuilder().setPhase("train").setStep(3).setTotalSteps(10));
        reply.onNext(WatchExperimentResponse.newBuilder()
                .setExperiment(status(ExperimentState.EXPERIMENT_STATE_RUNNING, 0).toBuilder()
                        .addTasks(task))
                .build());
        reply.onNext(WatchExperimentResponse.newBuilder()
                .setExperiment(status(end, 1))
                .addChangedTasks(task.setState(TaskState.TASK_STATE_DONE))
                .build());
        reply.onCompleted();
    }

    @Override
    public void getReport(GetReportRequest request, StreamObserver<GetReportResponse> reply) {
        ReportCell cell = ReportCell.newBuilder()
                .setMean(0.625)
                .setStd(0.0125)
                .setExpectedRuns(2)
                .addRuns(RunScore.newBuilder().setSeed(0).setScore(0.625))
                .addRuns(RunScore.newBuilder().setSeed(1).setScore(0.625))
                .build();
        answer(
                reply,
                GetReportResponse.newBuilder()
                        .setReport(Report.newBuilder()
                                .addColumns("test/all")
                                .addRows(ReportRow.newBuilder().setName("lmh").addCells(cell))
                                .addNotes("protocol heldout"))
                        .build());
    }

    @Override
    public void close() throws InterruptedException {
        server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }

    private static ExperimentStatus status(ExperimentState state, int done) {
        return ExperimentStatus.newBuilder()
                .setId(ID)
                .setState(state)
                .setTasksDone(done)
                .setTasksTotal(1)
                .build();
    }

    private static <T> void answer(StreamObserver<T> reply, T message) {
        reply.onNext(message);
        reply.onCompleted();
    }
}
