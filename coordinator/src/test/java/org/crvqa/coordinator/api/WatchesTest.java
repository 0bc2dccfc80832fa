package org.crvqa.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.crvqa.coordinator.api.TaskListsTest.reason;

import io.grpc.Status;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.crvqa.coordinator.StillClock;
import org.crvqa.coordinator.v1.ExperimentSettings;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.SnapshotReason;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.coordinator.v1.TaskStatus;
import org.crvqa.coordinator.v1.UpdateExperimentRequest;
import org.crvqa.coordinator.v1.WatchChanges;
import org.crvqa.coordinator.v1.WatchExperimentRequest;
import org.crvqa.coordinator.v1.WatchExperimentResponse;
import org.crvqa.coordinator.v1.WatchExperimentResponse.EventCase;
import org.crvqa.coordinator.v1.WatchExperimentsRequest;
import org.crvqa.coordinator.v1.WatchExperimentsResponse;
import org.crvqa.coordinator.v1.WatchForm;
import org.crvqa.study.Samples;
import org.crvqa.study.StoreFixture;
import org.crvqa.study.plan.Release;
import org.crvqa.task.v1.WorkerKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchesTest {
    @TempDir
    private Path folder;

    private final StillClock clock = new StillClock();
    private StoreFixture fixture;
    private TestCluster cluster;
    private Watches watches;
    private String id;

    @BeforeEach
    void open() {
        fixture = new StoreFixture(folder);
        cluster = new TestCluster(fixture.store, folder.resolve("cache"), Release.CURRENT).start();
        watches = cluster.watches(clock);
        id = cluster.submit(Samples.yaml()).id();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void serve_running_sendsAllThenChangesAndEndsWithTheExperiment() {
        Watcher<WatchExperimentResponse> watcher = watch("peer");
        watches.serve();
        cluster.experiments.cancel(id);

        watches.serve();

        assertThat(watcher.got).hasSize(2);
        assertThat(watcher.got.get(0).getExperiment().getTasksCount()).isEqualTo(20);
        assertThat(watcher.got.get(1).getExperiment().getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_CANCELLED);
        assertThat(watcher.completed).isTrue();
    }

    @Test
    void add_ended_hearsItAtOnceAndThatIsAll() {
        cluster.experiments.cancel(id);

        Watcher<WatchExperimentResponse> watcher = watch("peer");

        assertThat(watcher.got).hasSize(1);
        assertThat(watcher.completed).isTrue();
    }

    @Test
    void add_afterTheEndOfTheTerm_isEndedAndNotLeftSilent() {
        watches.close();

        Watcher<WatchExperimentResponse> watcher = watch("peer");

        assertThat(watcher.failure)
                .map(Status::fromThrowable)
                .map(Status::getCode)
                .hasValue(Status.Code.UNAVAILABLE);
    }

    @Test
    void serve_oneWatcherThrows_theOthersAreServed() {
        Watcher<WatchExperimentResponse> bad = new Watcher<>() {
            @Override
            public void onNext(WatchExperimentResponse response) {
                throw new IllegalStateException("closed");
            }

            @Override
            public void onError(Throwable error) {
                throw new IllegalStateException("closed");
            }
        };
        watches.add(request(), cluster.status(id), "bad", bad);
        Watcher<WatchExperimentResponse> good = watch("good");
        Watcher<WatchExperimentResponse> other = watch("other");

        watches.serve();
        watches.serve();

        assertThat(good.got).hasSize(1);
        assertThat(other.got).hasSize(1);
    }

    @Test
    void end_streamThatWasServed_isEndedOnce() {
        Watcher<WatchExperimentResponse> watcher = watch("peer");
        watches.serve();

        watches.end();
        watches.serve();
        watches.end();

        assertThat(watcher.ends).isEqualTo(1);
    }

    @Test
    void add_oneCallerHasTooMany_othersAreStillTaken() {
        for (int i = 0; i < Watches.MOST_OF_ONE; i++) {
            watch("greedy");
        }

        assertThatThrownBy(() -> watch("greedy"))
                .satisfies(error ->
                        assertThat(Status.fromThrowable(error).getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED));
        assertThat(watch("modest").failure).isEmpty();
    }

    @Test
    void serve_eventsForm_sendsSnapshotItsEndAndThenChangesWithTokens() {
        Watcher<WatchExperimentResponse> watcher = watch(events());
        watches.serve();
        cluster.fail(WorkerKind.WORKER_KIND_TRAINER);
        watches.serve();

        assertThat(watcher.got)
                .extracting(WatchExperimentResponse::getEventCase)
                .containsExactly(EventCase.SNAPSHOT, EventCase.SNAPSHOT_END, EventCase.CHANGES);
        assertThat(watcher.got.get(0).getSnapshot().getTasksCount()).isEqualTo(20);
        assertThat(watcher.got.get(0).getSnapshot().getReason()).isEqualTo(SnapshotReason.SNAPSHOT_REASON_REQUESTED);
        assertThat(watcher.got.get(0).getResumeToken()).isEmpty();
        assertThat(watcher.got.get(1).getResumeToken()).isNotEmpty();
        WatchChanges changes = watcher.got.get(2).getChanges();
        assertThat(changes.getTasksList())
                .extracting(TaskStatus::getState)
                .contains(TaskState.TASK_STATE_FAILED, TaskState.TASK_STATE_CANCELLED)
                .hasSizeLessThan(20);
        assertThat(changes.getExperiment().getCounts().getFailed()).isEqualTo(1);
        assertThat(changes.getExperiment().getTasksCount()).isZero();
    }

    @Test
    void serve_eventsForm_endedBefore_sendsTheSnapshotAndEnds() {
        cluster.experiments.cancel(id);

        Watcher<WatchExperimentResponse> watcher = watch(events());
        watches.serve();
        watches.serve();

        assertThat(watcher.got)
                .extracting(WatchExperimentResponse::getEventCase)
                .containsExactly(EventCase.SNAPSHOT, EventCase.SNAPSHOT_END);
        assertThat(watcher.got.get(0).getSnapshot().getExperiment().getState())
                .isEqualTo(ExperimentState.EXPERIMENT_STATE_CANCELLED);
        assertThat(watcher.completed).isTrue();
    }

    @Test
    void serve_nothingChanged_isSaidNowAndThenAndNothingElse() {
        Watcher<WatchExperimentResponse> watcher = watch(events());
        watches.serve();
        watches.serve();
        assertThat(watcher.got).hasSize(2);

        clock.pass(Watch.HEARTBEAT);
        watches.serve();

        assertThat(watcher.got.get(2).getEventCase()).isEqualTo(EventCase.HEARTBEAT);
        assertThat(watcher.got.get(2).getResumeToken())
                .isEqualTo(watcher.got.get(1).getResumeToken());
    }

    @Test
    void add_resumeTokenOfThisTerm_sendsOnlyWhatChangedSince() {
        Watcher<WatchExperimentResponse> first = watch(events());
        watches.serve();
        cluster.fail(WorkerKind.WORKER_KIND_TRAINER);

        Watcher<WatchExperimentResponse> again =
                watch(events().setResumeToken(first.got.get(1).getResumeToken()));
        watches.serve();

        assertThat(again.got)
                .singleElement()
                .satisfies(message -> assertThat(message.getChanges())
                        .isEqualTo(first.got.get(2).getChanges()));
        // Nothing has happened since: it hears how the experiment stands, and no task.
        Watcher<WatchExperimentResponse> late =
                watch(events().setResumeToken(again.got.get(0).getResumeToken()));
        watches.serve();
        assertThat(late.got).singleElement().satisfies(message -> {
            assertThat(message.getChanges().getTasksCount()).isZero();
            assertThat(message.getChanges().getExperiment().getTasksTotal()).isEqualTo(20);
        });
    }

    @Test
    void add_resumeTokenOfAnotherTerm_sendsASnapshotAndSaysWhy() {
        Watcher<WatchExperimentResponse> first = watch(events());
        watches.serve();
        TestCluster next = new TestCluster(fixture.store, folder.resolve("cache"), Release.CURRENT, 5).start();
        Watches others = next.watches(clock);
        Watcher<WatchExperimentResponse> again = new Watcher<>();
        others.add(events().setResumeToken(first.got.get(1).getResumeToken()).build(), next.status(id), "peer", again);

        others.serve();

        assertThat(again.got.get(0).getSnapshot().getReason()).isEqualTo(SnapshotReason.SNAPSHOT_REASON_OTHER_TERM);
        assertThat(again.got.get(0).getSnapshot().getTasksCount()).isEqualTo(20);
    }

    @Test
    void add_resumeTokenOfAnotherExperiment_isRefused() {
        Watcher<WatchExperimentResponse> first = watch(events());
        watches.serve();
        String token = first.got.get(1).getResumeToken();
        String other = cluster.submit(Samples.yaml().replace("name: small", "name: other"))
                .id();

        assertThat(reason(() -> watch(events().setExperimentId(other).setResumeToken(token))))
                .isEqualTo("INVALID_RESUME_TOKEN");
        assertThat(reason(() -> watch(events().setResumeToken("guessed")))).isEqualTo("INVALID_RESUME_TOKEN");
    }

    @Test
    void serve_watcherThatTakesNothing_isToldEverythingLaterAndHoldsUpNobody() {
        Watcher<WatchExperimentResponse> slow = watch(events());
        Watcher<WatchExperimentResponse> quick = watch(events());
        watches.serve();
        slow.ready = false;
        cluster.fail(WorkerKind.WORKER_KIND_TRAINER);
        watches.serve();
        cluster.experiments.pause(id, true, false);
        watches.serve();
        assertThat(slow.got).hasSize(2);
        assertThat(quick.got).hasSize(4);

        slow.ready = true;
        watches.serve();

        assertThat(slow.got).hasSize(3);
        assertThat(slow.got.get(2).getChanges().getTasksCount())
                .isEqualTo(quick.got.get(2).getChanges().getTasksCount());
        assertThat(slow.got.get(2).getResumeToken()).isEqualTo(quick.got.get(3).getResumeToken());
    }

    @Test
    void serve_snapshotOfSomeStates_changesTellOfAll() {
        Watcher<WatchExperimentResponse> watcher = watch(events().addSnapshotStates(TaskState.TASK_STATE_RUNNING));
        watches.serve();
        cluster.experiments.cancel(id);
        watches.serve();

        assertThat(watcher.got.get(0).getSnapshot().getTasksList())
                .singleElement()
                .satisfies(task -> assertThat(task.getState()).isEqualTo(TaskState.TASK_STATE_RUNNING));
        assertThat(watcher.got.get(2).getChanges().getTasksCount()).isEqualTo(20);
        assertThat(watcher.completed).isTrue();
    }

    @Test
    void serve_moreTasksThanAMessageTakes_comeInPartsOfWhichTheLastHasTheToken() {
        String seeds = IntStream.range(0, 150).mapToObj(Integer::toString).collect(Collectors.joining(", "));
        id = cluster.submit(Samples.yaml().replace("seeds: [0, 1]", "seeds: [" + seeds + "]"))
                .id();
        int tasks = cluster.status(id).getTasksTotal();
        assertThat(tasks).isBetween(ExperimentWatch.TASKS_A_MESSAGE + 1, 2 * ExperimentWatch.TASKS_A_MESSAGE);
        Watcher<WatchExperimentResponse> watcher = watch(events());
        Watcher<WatchExperimentResponse> old = watch("old");

        watches.serve();
        cluster.experiments.cancel(id);
        watches.serve();

        assertThat(watcher.got)
                .extracting(WatchExperimentResponse::getEventCase)
                .containsExactly(
                        EventCase.SNAPSHOT,
                        EventCase.SNAPSHOT,
                        EventCase.SNAPSHOT_END,
                        EventCase.CHANGES,
                        EventCase.CHANGES);
        assertThat(watcher.got.stream()
                        .mapToInt(message -> message.getSnapshot().getTasksCount())
                        .sum())
                .isEqualTo(tasks);
        assertThat(watcher.got.stream()
                        .mapToInt(message -> message.getChanges().getTasksCount())
                        .sum())
                .isEqualTo(tasks);
        assertThat(old.got.get(0).getExperiment().getTasksCount()).isEqualTo(tasks);
        assertThat(old.got.stream()
                        .mapToInt(WatchExperimentResponse::getChangedTasksCount)
                        .sum())
                .isEqualTo(tasks);
        assertThat(watcher.completed && old.completed).isTrue();
    }

    @Test
    void serve_experimentLeavesTheDispatcher_watcherHearsHowItEnded() {
        Watcher<WatchExperimentResponse> watcher = watch(events());
        watches.serve();
        watcher.ready = false;
        cluster.experiments.cancel(id);
        for (int look = 0; look <= Ends.LOOKS_BEFORE_IT_LEAVES + 1; look++) {
            cluster.experiments.noteEnds();
        }
        assertThat(cluster.dispatcherKnows(id)).isFalse();

        watcher.ready = true;
        watches.serve();

        assertThat(watcher.got.get(2).getSnapshot().getReason()).isEqualTo(SnapshotReason.SNAPSHOT_REASON_OUTDATED);
        assertThat(watcher.got.get(2).getSnapshot().getExperiment().getState())
                .isEqualTo(ExperimentState.EXPERIMENT_STATE_CANCELLED);
        assertThat(watcher.completed).isTrue();
    }

    @Test
    void overview_experimentsComeChangeAndEnd_eachIsToldOnce() {
        Watcher<WatchExperimentsResponse> watcher = overview(WatchExperimentsRequest.newBuilder());
        watches.serve();
        assertThat(watcher.got.get(0).getSnapshot().getExperimentsList())
                .singleElement()
                .satisfies(experiment -> assertThat(experiment.getId()).isEqualTo(id));
        String token = watcher.got.get(1).getResumeToken();
        watches.serve();
        assertThat(watcher.got).hasSize(2);

        String other = cluster.submit(Samples.yaml().replace("name: small", "name: other"))
                .id();
        watches.serve();
        cluster.experiments.cancel(other);
        watches.serve();

        assertThat(told(watcher, 2)).contains(other);
        assertThat(watcher.got.get(3).getChanges().getExperimentsList())
                .filteredOn(experiment -> experiment.getId().equals(other))
                .allSatisfy(experiment -> {
                    assertThat(experiment.getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_CANCELLED);
                    assertThat(experiment.getTasksCount()).isZero();
                });
        Watcher<WatchExperimentsResponse> resumed =
                overview(WatchExperimentsRequest.newBuilder().setResumeToken(token));
        watches.serve();
        assertThat(resumed.got.get(0).getEventCase()).isEqualTo(WatchExperimentsResponse.EventCase.CHANGES);
        assertThat(told(resumed, 0)).contains(other);
    }

    @Test
    void overview_resumeTokenOfAnotherTerm_sendsASnapshotAndSaysWhy() {
        Watcher<WatchExperimentsResponse> first = overview(WatchExperimentsRequest.newBuilder());
        watches.serve();
        String token = first.got.get(1).getResumeToken();
        TestCluster next = new TestCluster(fixture.store, folder.resolve("cache"), Release.CURRENT, 5).start();
        Watches others = next.watches(clock);
        Watcher<WatchExperimentsResponse> again = new Watcher<>();

        others.add(WatchExperimentsRequest.newBuilder().setResumeToken(token).build(), "peer", again);
        others.serve();

        assertThat(again.got.get(0).getSnapshot().getReason()).isEqualTo(SnapshotReason.SNAPSHOT_REASON_OTHER_TERM);
    }

    @Test
    void overview_labels_showThoseThatHaveThemAndThoseThatLoseThem() {
        Watcher<WatchExperimentsResponse> watcher =
                overview(WatchExperimentsRequest.newBuilder().putLabels("team", "vision"));
        watches.serve();
        assertThat(watcher.got.get(0).getSnapshot().getExperimentsCount()).isZero();

        label("vision");
        watches.serve();
        label("nlp");
        watches.serve();

        assertThat(told(watcher, 2)).containsOnly(id);
        assertThat(watcher.got
                        .get(3)
                        .getChanges()
                        .getExperiments(0)
                        .getSettings()
                        .getLabelsMap())
                .containsEntry("team", "nlp");
    }

    private void label(String team) {
        cluster.experiments.update(UpdateExperimentRequest.newBuilder()
                .setExperimentId(id)
                .setSettings(ExperimentSettings.newBuilder().putLabels("team", team))
                .build());
    }

    private static List<String> told(Watcher<WatchExperimentsResponse> watcher, int message) {
        return watcher.got.get(message).getChanges().getExperimentsList().stream()
                .map(ExperimentStatus::getId)
                .toList();
    }

    private Watcher<WatchExperimentsResponse> overview(WatchExperimentsRequest.Builder request) {
        Watcher<WatchExperimentsResponse> watcher = new Watcher<>();
        watches.add(request.build(), "peer", watcher);
        return watcher;
    }

    private WatchExperimentRequest.Builder events() {
        return request().toBuilder().setForm(WatchForm.WATCH_FORM_EVENTS);
    }

    private Watcher<WatchExperimentResponse> watch(WatchExperimentRequest.Builder request) {
        Watcher<WatchExperimentResponse> watcher = new Watcher<>();
        watches.add(request.build(), cluster.status(request.getExperimentId()), "peer", watcher);
        return watcher;
    }

    private WatchExperimentRequest request() {
        return WatchExperimentRequest.newBuilder().setExperimentId(id).build();
    }

    private Watcher<WatchExperimentResponse> watch(String peer) {
        Watcher<WatchExperimentResponse> watcher = new Watcher<>();
        watches.add(request(), cluster.status(id), peer, watcher);
        return watcher;
    }
}
