package org.crvqa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.crvqa.cli.console.CapturedConsole;
import org.crvqa.coordinator.v1.AttemptOutcome;
import org.crvqa.coordinator.v1.Caller;
import org.crvqa.coordinator.v1.CoordinatorServiceGrpc.CoordinatorServiceImplBase;
import org.crvqa.coordinator.v1.EventKind;
import org.crvqa.coordinator.v1.ExperimentEvent;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.GetExperimentRequest;
import org.crvqa.coordinator.v1.GetExperimentResponse;
import org.crvqa.coordinator.v1.ListAttemptsRequest;
import org.crvqa.coordinator.v1.ListAttemptsResponse;
import org.crvqa.coordinator.v1.ListEventsRequest;
import org.crvqa.coordinator.v1.ListEventsResponse;
import org.crvqa.coordinator.v1.ListTasksRequest;
import org.crvqa.coordinator.v1.ListTasksResponse;
import org.crvqa.coordinator.v1.PauseExperimentRequest;
import org.crvqa.coordinator.v1.PauseExperimentResponse;
import org.crvqa.coordinator.v1.StageCounts;
import org.crvqa.coordinator.v1.TaskAttempt;
import org.crvqa.coordinator.v1.TaskCounts;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.coordinator.v1.TaskStatus;
import org.crvqa.coordinator.v1.UpdateExperimentRequest;
import org.crvqa.coordinator.v1.UpdateExperimentResponse;
import org.crvqa.coordinator.v1.WatchChanges;
import org.crvqa.coordinator.v1.WatchExperimentRequest;
import org.crvqa.coordinator.v1.WatchExperimentResponse;
import org.crvqa.coordinator.v1.WatchSnapshot;
import org.crvqa.coordinator.v1.WatchSnapshotEnd;
import org.crvqa.coordinator.v1.WorkKind;
import org.crvqa.task.v1.FailureKind;
import org.crvqa.task.v1.TaskFailure;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands about an experiment of 100,000 tasks, of which 900 run and 300 have failed. */
class LargeExperimentTest {
    private static final int ALL = 100_000;
    private static final int RUNNING = 900;
    private static final int FAILED = 300;

    private final CapturedConsole captured = new CapturedConsole();
    private final List<WatchExperimentRequest> watched = new CopyOnWriteArrayList<>();
    private final List<ListTasksRequest> listed = new CopyOnWriteArrayList<>();
    private final List<UpdateExperimentRequest> updated = new CopyOnWriteArrayList<>();

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

    @Test
    void status_showsStagesAndTheFirstOfWhatRunsAndFailed() {
        assertThat(run("status", "big-0123456789ab")).isEqualTo(ExitCode.OK);

        assertThat(captured.out().lines()).hasSizeLessThan(70);
        assertThat(captured.out())
                .contains("big-0123456789ab: running, 50000/100000 tasks")
                .contains("900 running")
                .contains("and 880 more: crvqa tasks big-0123456789ab --state running")
                .contains("300 failed")
                .contains("failed task 0: no such split");
        assertThat(captured.out().lines().map(line -> line.replaceAll(" +", " ")))
                .contains("stage 1 48800 0 900 50000 300 0");
    }

    @Test
    void watch_showsCountsAndFailuresAndAsksForThoseAlone() {
        assertThat(run("watch", "big-0123456789ab")).isEqualTo(ExitCode.FAILED);

        assertThat(captured.err().lines()).hasSizeLessThan(200);
        assertThat(captured.err())
                .contains("100000 tasks; 50000 already done")
                .contains("failed task 0: no such split")
                .contains("More tasks failed")
                .contains("and 880 more");
        assertThat(watched).hasSize(2);
        assertThat(watched.get(1).getSnapshotStatesList())
                .containsExactly(TaskState.TASK_STATE_RUNNING, TaskState.TASK_STATE_FAILED);
    }

    @Test
    void tasks_filterAndLimit_areAskedForInPages() {
        assertThat(run("tasks", "big-0123456789ab", "--state", "failed", "--stage", "1", "--limit", "250"))
                .isEqualTo(ExitCode.OK);

        assertThat(captured.out()).contains("250 of 300 tasks. The next ones: --page 250");
        assertThat(listed.get(0).getStatesList()).containsExactly(TaskState.TASK_STATE_FAILED);
        assertThat(listed.get(0).getStagesList()).containsExactly(WorkKind.WORK_KIND_STAGE1);
        assertThat(listed).extracting(ListTasksRequest::getPageSize).containsExactly(250, 150, 50);
    }

    @Test
    void tasks_wrongStage_isRefusedBeforeAnybodyIsAsked() {
        assertThat(run("tasks", "big-0123456789ab", "--stage", "4")).isEqualTo(ExitCode.BAD_INPUT);

        assertThat(captured.err()).contains("--kind evaluate");
        assertThat(listed).isEmpty();
    }

    @Test
    void update_labels_keepsThoseThatNobodyNamed() {
        assertThat(run(
                        "update",
                        "big-0123456789ab",
                        "--label",
                        "team=vision",
                        "--remove-label",
                        "draft",
                        "--priority",
                        "3"))
                .isEqualTo(ExitCode.OK);

        assertThat(updated.get(0).getSettings().getLabelsMap())
                .containsOnly(Map.entry("team", "vision"), Map.entry("owner", "ada"));
        assertThat(updated.get(0).getUpdateMask().getPathsList()).containsExactly("priority", "labels");
        assertThat(run("update", "big-0123456789ab")).isEqualTo(ExitCode.BAD_INPUT);
    }

    @Test
    void pauseEventsAttempts_sayWhatTheCoordinatorSays() {
        assertThat(run("pause", "big-0123456789ab")).isEqualTo(ExitCode.OK);
        assertThat(captured.out()).contains("big-0123456789ab: paused; 900 tasks run on");
        assertThat(run("events", "big-0123456789ab")).isEqualTo(ExitCode.OK);
        assertThat(captured.out()).contains("retried").contains("ada").contains("3 tasks");
        assertThat(run("attempts", "a".repeat(64))).isEqualTo(ExitCode.OK);
        assertThat(captured.out())
                .contains("trainer-0:9101")
                .contains("lost, pardoned")
                .contains("no word");
    }

    private static ExperimentStatus status(ExperimentState state) {
        TaskCounts counts = TaskCounts.newBuilder()
                .setPlanned(48_800)
                .setRunning(RUNNING)
                .setDone(50_000)
                .setFailed(FAILED)
                .build();
        ExperimentStatus.Builder status = ExperimentStatus.newBuilder()
                .setId("big-0123456789ab")
                .setState(state)
                .setTasksTotal(ALL)
                .setTasksDone(50_000)
                .setTasksOmitted(true)
                .setCounts(counts)
                .addStages(StageCounts.newBuilder()
                        .setStage(WorkKind.WORK_KIND_STAGE1)
                        .setCounts(counts));
        status.getSettingsBuilder().putLabels("owner", "ada").putLabels("draft", "yes");
        return status.build();
    }

    private static List<TaskStatus> tasks(TaskState state, int count) {
        List<TaskStatus> tasks = new ArrayList<>();
        String name = state.name().substring("TASK_STATE_".length()).toLowerCase(java.util.Locale.ROOT);
        for (int i = 0; i < count; i++) {
            TaskStatus.Builder task = TaskStatus.newBuilder()
                    .setKey(name + i)
                    .setLabel(name + " task " + i)
                    .setState(state)
                    .setStage(WorkKind.WORK_KIND_STAGE1)
                    .setPlace(i);
            if (state == TaskState.TASK_STATE_FAILED) {
                task.setFailure(TaskFailure.newBuilder()
                        .setKind(FailureKind.FAILURE_KIND_USER_ERROR)
                        .setCause("no such split"));
            }
            tasks.add(task.build());
        }
        return tasks;
    }

    private final class Answers extends CoordinatorServiceImplBase {
        @Override
        public void getExperiment(GetExperimentRequest request, StreamObserver<GetExperimentResponse> observer) {
            answer(
                    observer,
                    GetExperimentResponse.newBuilder()
                            .setExperiment(status(ExperimentState.EXPERIMENT_STATE_RUNNING))
                            .build());
        }

        /** Pages of at most 100 tasks, whatever is asked for. */
        @Override
        public void listTasks(ListTasksRequest request, StreamObserver<ListTasksResponse> observer) {
            listed.add(request);
            boolean failed = request.getStates(0) == TaskState.TASK_STATE_FAILED;
            List<TaskStatus> all = tasks(request.getStates(0), failed ? FAILED : RUNNING);
            int from = request.getPageToken().isEmpty() ? 0 : Integer.parseInt(request.getPageToken());
            int end = Math.min(all.size(), from + Math.min(100, request.getPageSize()));
            answer(
                    observer,
                    ListTasksResponse.newBuilder()
                            .addAllTasks(all.subList(from, end))
                            .setTotalSize(all.size())
                            .setNextPageToken(end < all.size() ? Integer.toString(end) : "")
                            .build());
        }

        @Override
        public void watchExperiment(WatchExperimentRequest request, StreamObserver<WatchExperimentResponse> observer) {
            watched.add(request);
            List<TaskStatus> told = new ArrayList<>(tasks(TaskState.TASK_STATE_RUNNING, RUNNING));
            told.addAll(tasks(TaskState.TASK_STATE_FAILED, FAILED));
            observer.onNext(WatchExperimentResponse.newBuilder()
                    .setSnapshot(WatchSnapshot.newBuilder()
                            .setExperiment(status(ExperimentState.EXPERIMENT_STATE_RUNNING))
                            .addAllTasks(told))
                    .build());
            observer.onNext(WatchExperimentResponse.newBuilder()
                    .setSnapshotEnd(WatchSnapshotEnd.getDefaultInstance())
                    .setResumeToken("token")
                    .build());
            observer.onNext(WatchExperimentResponse.newBuilder()
                    .setChanges(WatchChanges.newBuilder()
                            .setExperiment(status(ExperimentState.EXPERIMENT_STATE_FAILED))
                            .addAllTasks(tasks(TaskState.TASK_STATE_DONE, 1_000)))
                    .setResumeToken("token")
                    .build());
            observer.onCompleted();
        }

        @Override
        public void updateExperiment(
                UpdateExperimentRequest request, StreamObserver<UpdateExperimentResponse> observer) {
            updated.add(request);
            answer(
                    observer,
                    UpdateExperimentResponse.newBuilder()
                            .setExperiment(status(ExperimentState.EXPERIMENT_STATE_RUNNING))
                            .build());
        }

        @Override
        public void pauseExperiment(PauseExperimentRequest request, StreamObserver<PauseExperimentResponse> observer) {
            answer(
                    observer,
                    PauseExperimentResponse.newBuilder()
                            .setExperiment(status(ExperimentState.EXPERIMENT_STATE_PAUSED))
                            .build());
        }

        @Override
        public void listEvents(ListEventsRequest request, StreamObserver<ListEventsResponse> observer) {
            answer(
                    observer,
                    ListEventsResponse.newBuilder()
                            .addEvents(ExperimentEvent.newBuilder()
                                    .setKind(EventKind.EVENT_KIND_RETRIED)
                                    .setTime(Timestamp.newBuilder().setSeconds(1_700_000_000))
                                    .setCaller(Caller.newBuilder().setUser("ada"))
                                    .setDetail("3 tasks"))
                            .build());
        }

        @Override
        public void listAttempts(ListAttemptsRequest request, StreamObserver<ListAttemptsResponse> observer) {
            answer(
                    observer,
                    ListAttemptsResponse.newBuilder()
                            .addAttempts(TaskAttempt.newBuilder()
                                    .setNumber(1)
                                    .setWorker("trainer-0:9101")
                                    .setOutcome(AttemptOutcome.ATTEMPT_OUTCOME_LOST)
                                    .setDetail("lost: no word")
                                    .setPardoned(true))
                            .build());
        }

        private <T> void answer(StreamObserver<T> observer, T message) {
            observer.onNext(message);
            observer.onCompleted();
        }
    }

    private int run(String... arguments) {
        return coordinator.run(captured, folder, arguments);
    }
}
