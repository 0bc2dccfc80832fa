package org.crvqa.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.crvqa.coordinator.v1.ExperimentState.EXPERIMENT_STATE_RUNNING;
import static org.crvqa.coordinator.v1.ExperimentState.EXPERIMENT_STATE_SUCCEEDED;

import io.grpc.Status;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import org.crvqa.cli.ExitCode;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.coordinator.v1.TaskStatus;
import org.crvqa.coordinator.v1.WatchChanges;
import org.crvqa.coordinator.v1.WatchExperimentRequest;
import org.crvqa.coordinator.v1.WatchExperimentResponse;
import org.crvqa.coordinator.v1.WatchSnapshot;
import org.crvqa.coordinator.v1.WatchSnapshotEnd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ExperimentWatchTest {
    private static final ExperimentWatch.Timing TIMING = new ExperimentWatch.Timing(
            Duration.ofSeconds(20), Duration.ofMillis(5), Duration.ofMillis(20), Duration.ofSeconds(20));

    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    @Test
    void follow_coordinatorRestarts_goesOnToTheEnd() throws Exception {
        FakeCoordinator first = new FakeCoordinator(0);
        try (CoordinatorClient client = CoordinatorClient.of("localhost:" + first.port())) {
            CompletableFuture<ExperimentSnapshot> last = follow(client, TIMING);
            first.nextWatch().onNext(FakeCoordinator.message(EXPERIMENT_STATE_RUNNING));
            assertThat(events.take()).isEqualTo("EXPERIMENT_STATE_RUNNING");
            first.close();
            assertThat(events.take()).isEqualTo("disconnected");

            try (FakeCoordinator second = new FakeCoordinator(first.port())) {
                var watch = second.nextWatch();
                watch.onNext(FakeCoordinator.message(EXPERIMENT_STATE_SUCCEEDED));
                watch.onCompleted();
                assertThat(events.take()).isEqualTo("reconnected");
                assertThat(last.join().ended()).isTrue();
            }
        }
    }

    @Test
    void follow_coordinatorRestarts_asksForWhatItHasNotBeenTold() throws Exception {
        FakeCoordinator first = new FakeCoordinator(0);
        try (CoordinatorClient client = CoordinatorClient.of("localhost:" + first.port())) {
            CompletableFuture<ExperimentSnapshot> last = follow(client, TIMING);
            var watch = first.nextWatch();
            watch.onNext(snapshot(TaskState.TASK_STATE_READY));
            watch.onNext(WatchExperimentResponse.newBuilder()
                    .setSnapshotEnd(WatchSnapshotEnd.getDefaultInstance())
                    .setResumeToken("first")
                    .build());
            assertThat(events.take()).isEqualTo("EXPERIMENT_STATE_RUNNING");
            watch.onNext(changes(EXPERIMENT_STATE_RUNNING, "second", task("a", TaskState.TASK_STATE_RUNNING)));
            assertThat(events.take()).isEqualTo("EXPERIMENT_STATE_RUNNING");
            first.close();

            try (FakeCoordinator second = new FakeCoordinator(first.port())) {
                var again = second.nextWatch();
                assertThat(second.requests.take().getResumeToken()).isEqualTo("second");
                again.onNext(changes(EXPERIMENT_STATE_SUCCEEDED, "third", task("a", TaskState.TASK_STATE_DONE)));
                again.onCompleted();

                assertThat(last.join().tasks(TaskState.TASK_STATE_DONE)).hasSize(1);
                assertThat(last.join().tasks(TaskState.TASK_STATE_READY)).hasSize(1);
            }
        }
    }

    @Test
    void follow_coordinatorDoesNotKnowTheToken_isToldEverythingAgain() throws Exception {
        try (FakeCoordinator coordinator = new FakeCoordinator(0);
                CoordinatorClient client = CoordinatorClient.of("localhost:" + coordinator.port())) {
            CompletableFuture<ExperimentSnapshot> last = follow(client, TIMING);
            var watch = coordinator.nextWatch();
            watch.onNext(changes(EXPERIMENT_STATE_RUNNING, "token", task("a", TaskState.TASK_STATE_RUNNING)));
            assertThat(events.take()).isEqualTo("EXPERIMENT_STATE_RUNNING");
            watch.onError(Status.UNAVAILABLE.asRuntimeException());
            coordinator.nextWatch().onError(Status.INVALID_ARGUMENT.asRuntimeException());

            var anew = coordinator.nextWatch();
            anew.onNext(FakeCoordinator.message(EXPERIMENT_STATE_SUCCEEDED));
            anew.onCompleted();

            assertThat(last.join().ended()).isTrue();
            assertThat(coordinator.requests)
                    .extracting(WatchExperimentRequest::getResumeToken)
                    .containsExactly("", "token", "");
        }
    }

    private static TaskStatus task(String key, TaskState state) {
        return TaskStatus.newBuilder().setKey(key).setState(state).build();
    }

    private static WatchExperimentResponse snapshot(TaskState state) {
        return WatchExperimentResponse.newBuilder()
                .setSnapshot(WatchSnapshot.newBuilder()
                        .setExperiment(FakeCoordinator.message(EXPERIMENT_STATE_RUNNING)
                                .getExperiment())
                        .addTasks(task("a", state))
                        .addTasks(task("b", state)))
                .build();
    }

    private static WatchExperimentResponse changes(ExperimentState state, String token, TaskStatus task) {
        return WatchExperimentResponse.newBuilder()
                .setChanges(WatchChanges.newBuilder()
                        .setExperiment(FakeCoordinator.message(state).getExperiment())
                        .addTasks(task))
                .setResumeToken(token)
                .build();
    }

    @Test
    void follow_streamFallsSilent_isOpenedAgain() throws Exception {
        try (FakeCoordinator coordinator = new FakeCoordinator(0);
                CoordinatorClient client = CoordinatorClient.of("localhost:" + coordinator.port())) {
            ExperimentWatch.Timing hasty = new ExperimentWatch.Timing(
                    Duration.ofMillis(100), TIMING.firstBackoff(), TIMING.longestBackoff(), TIMING.patience());
            // On a busy machine any stream may be given up before its message gets there: each gets one.
            coordinator.answerEachWatch(EXPERIMENT_STATE_RUNNING);
            CompletableFuture<ExperimentSnapshot> last = follow(client, hasty);
            assertThat(events.take()).isEqualTo("EXPERIMENT_STATE_RUNNING");
            assertThat(events.take()).isEqualTo("disconnected");
            coordinator.answerEachWatch(EXPERIMENT_STATE_SUCCEEDED);

            assertThat(last.join().ended()).isTrue();
            assertThat(events).contains("reconnected");
        }
    }

    @Test
    void follow_unknownExperiment_failsAtOnceAsBadInput() throws Exception {
        try (FakeCoordinator coordinator = new FakeCoordinator(0);
                CoordinatorClient client = CoordinatorClient.of("localhost:" + coordinator.port())) {
            CompletableFuture<ExperimentSnapshot> last = follow(client, TIMING);
            coordinator
                    .nextWatch()
                    .onError(Status.NOT_FOUND
                            .withDescription("There is no experiment e")
                            .asRuntimeException());

            assertThatThrownBy(last::join)
                    .isInstanceOf(CompletionException.class)
                    .cause()
                    .hasMessage("There is no experiment e")
                    .extracting(e -> ((CoordinatorException) e).exitCode())
                    .isEqualTo(ExitCode.BAD_INPUT);
        }
    }

    @Test
    void follow_noCoordinator_failsWhenPatienceEnds() throws Exception {
        FakeCoordinator gone = new FakeCoordinator(0);
        gone.close();
        ExperimentWatch.Timing impatient = new ExperimentWatch.Timing(
                TIMING.silence(), TIMING.firstBackoff(), TIMING.longestBackoff(), Duration.ZERO);
        try (CoordinatorClient client = CoordinatorClient.of("localhost:" + gone.port())) {
            assertThatThrownBy(follow(client, impatient)::join)
                    .cause()
                    .hasMessageStartingWith("Cannot reach the coordinator at localhost:" + gone.port())
                    .extracting(e -> ((CoordinatorException) e).exitCode())
                    .isEqualTo(ExitCode.UNREACHABLE);
        }
    }

    private CompletableFuture<ExperimentSnapshot> follow(CoordinatorClient client, ExperimentWatch.Timing timing) {
        ExperimentWatch.Listener listener = new ExperimentWatch.Listener() {
            @Override
            public void changed(ExperimentSnapshot snapshot) {
                events.add(snapshot.experiment().getState().toString());
            }

            @Override
            public void disconnected(String reason) {
                events.add("disconnected");
            }

            @Override
            public void reconnected() {
                events.add("reconnected");
            }
        };
        return CompletableFuture.supplyAsync(() -> {
            try {
                return new ExperimentWatch(client, timing, InstantSource.system()).follow("e", listener);
            } catch (InterruptedException e) {
                throw new CompletionException(e);
            }
        });
    }
}
