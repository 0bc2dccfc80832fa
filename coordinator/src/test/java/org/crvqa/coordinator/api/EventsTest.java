package org.crvqa.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.crvqa.coordinator.api.TaskListsTest.reason;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.coordinator.InterceptedStore;
import org.crvqa.coordinator.v1.AttemptOutcome;
import org.crvqa.coordinator.v1.EventKind;
import org.crvqa.coordinator.v1.ExperimentEvent;
import org.crvqa.coordinator.v1.ExperimentSettings;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.ListAttemptsRequest;
import org.crvqa.coordinator.v1.ListAttemptsResponse;
import org.crvqa.coordinator.v1.ListEventsRequest;
import org.crvqa.coordinator.v1.ListEventsResponse;
import org.crvqa.coordinator.v1.TaskAttempt;
import org.crvqa.coordinator.v1.TaskStatus;
import org.crvqa.coordinator.v1.UpdateExperimentRequest;
import org.crvqa.study.Samples;
import org.crvqa.study.StoreFixture;
import org.crvqa.study.plan.Release;
import org.crvqa.task.v1.WorkerKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happened to experiments, and attempts at their tasks. */
class EventsTest {
    @TempDir
    private Path folder;

    private StoreFixture fixture;
    private TestCluster cluster;
    private String id;

    @BeforeEach
    void open() {
        fixture = new StoreFixture(folder);
        cluster = cluster(1);
        id = cluster.submit(Samples.yaml()).id();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void events_everythingThatSomebodyDid_isToldWithItsTime() {
        cluster.experiments.update(UpdateExperimentRequest.newBuilder()
                .setExperimentId(id)
                .setSettings(ExperimentSettings.newBuilder().setPriority(5))
                .build());
        cluster.experiments.pause(id, true, false);
        cluster.experiments.pause(id, false, false);
        cluster.experiments.cancel(id);
        cluster.experiments.cancel(id);
        cluster.experiments.noteEnds();

        List<ExperimentEvent> events = all(cluster(2));

        assertThat(events)
                .extracting(ExperimentEvent::getKind)
                .containsExactlyInAnyOrder(
                        EventKind.EVENT_KIND_SUBMITTED,
                        EventKind.EVENT_KIND_UPDATED,
                        EventKind.EVENT_KIND_PAUSED,
                        EventKind.EVENT_KIND_RESUMED,
                        EventKind.EVENT_KIND_CANCELLED,
                        EventKind.EVENT_KIND_ENDED);
        assertThat(events).allMatch(ExperimentEvent::hasTime);
        assertThat(events)
                .filteredOn(event -> event.getKind() == EventKind.EVENT_KIND_UPDATED)
                .singleElement()
                .satisfies(event -> assertThat(event.getDetail()).isEqualTo("priority as submitted → 5"));
        assertThat(events)
                .filteredOn(event -> event.getKind() == EventKind.EVENT_KIND_ENDED)
                .singleElement()
                .satisfies(event -> assertThat(event.hasCaller()).isFalse());
    }

    @Test
    void events_sameContentAgain_isNoEvent() {
        cluster.submit(Samples.yaml());

        assertThat(all(cluster)).hasSize(1);
    }

    @Test
    void events_storeDoesNotTakeOne_whatItTellsOfHoldsAllTheSame() {
        TestCluster next = new TestCluster(
                        InterceptedStore.of(fixture.store, name -> {
                            if (name.contains("/events/")) {
                                throw new StoreException("away");
                            }
                        }),
                        folder.resolve("cache"),
                        Release.CURRENT,
                        2)
                .start();

        next.experiments.cancel(id);

        assertThat(next.status(id).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_CANCELLED);
    }

    @Test
    void events_unknownExperimentOrToken_isRefused() {
        assertThat(reason(() -> cluster.experiments.events(
                        ListEventsRequest.newBuilder().setExperimentId("none").build())))
                .isEqualTo("EXPERIMENT_NOT_FOUND");
        assertThat(reason(() -> cluster.experiments.events(ListEventsRequest.newBuilder()
                        .setExperimentId(id)
                        .setPageToken("%")
                        .build())))
                .isEqualTo("INVALID_PAGE_TOKEN");
    }

    @Test
    void attempts_failedPardonedAndTriedAgain_areToldTheLatestFirst() {
        TaskStatus task = cluster.status(id).getTasks(0);
        cluster.fail(WorkerKind.WORKER_KIND_TRAINER);
        cluster.experiments.retry(id);
        // The worker had the next task meanwhile.
        cluster.fail(WorkerKind.WORKER_KIND_TRAINER);
        assertThat(cluster.begun.get(cluster.begun.size() - 1).getAttempt()).isEqualTo(2);

        ListAttemptsResponse first = attempts(task.getKey(), 1, "");
        ListAttemptsResponse second = attempts(task.getKey(), 1, first.getNextPageToken());

        TaskAttempt latest = first.getAttempts(0);
        assertThat(latest.getNumber()).isEqualTo(2);
        assertThat(latest.getOutcome()).isEqualTo(AttemptOutcome.ATTEMPT_OUTCOME_UNSPECIFIED);
        assertThat(latest.getPardoned()).isFalse();
        TaskAttempt failed = second.getAttempts(0);
        assertThat(second.getNextPageToken()).isEmpty();
        assertThat(failed.getNumber()).isEqualTo(1);
        assertThat(failed.getWorker()).isEqualTo("WORKER_KIND_TRAINER:1");
        assertThat(failed.getOutcome()).isEqualTo(AttemptOutcome.ATTEMPT_OUTCOME_FAILED);
        assertThat(failed.getFailure().getCause()).isEqualTo("no such split");
        assertThat(failed.getPardoned()).isTrue();
        assertThat(failed.hasBegan() && failed.hasEnded()).isTrue();
    }

    @Test
    void attempts_taskThatNobodyHasAttempted_hasNoneAndAnUnknownOneIsNotFound() {
        String waiting = cluster.status(id).getTasks(19).getKey();

        assertThat(attempts(waiting, 0, "").getAttemptsCount()).isZero();
        assertThat(reason(() -> attempts("a".repeat(64), 0, ""))).isEqualTo("TASK_NOT_FOUND");
        assertThat(reason(() -> attempts("short", 0, ""))).isEqualTo("INVALID_REQUEST");
    }

    @Test
    void status_taskThatFailed_saysWhenItBeganAndEnded() {
        cluster.fail(WorkerKind.WORKER_KIND_TRAINER);

        TaskStatus failed = cluster.status(id).getTasks(0);

        assertThat(failed.hasStarted() && failed.hasEnded()).isTrue();
        assertThat(cluster.status(id).hasStarted()).isTrue();
        assertThat(cluster.status(id).hasEnded()).isFalse();
        cluster.experiments.cancel(id);
        assertThat(cluster.status(id).hasEnded()).isTrue();
    }

    private TestCluster cluster(long term) {
        return new TestCluster(fixture.store, folder.resolve("cache"), Release.CURRENT, term).start();
    }

    private List<ExperimentEvent> all(TestCluster leader) {
        List<ExperimentEvent> all = new ArrayList<>();
        String token = "";
        do {
            ListEventsResponse page = leader.experiments.events(ListEventsRequest.newBuilder()
                    .setExperimentId(id)
                    .setPageSize(4)
                    .setPageToken(token)
                    .build());
            all.addAll(page.getEventsList());
            token = page.getNextPageToken();
        } while (!token.isEmpty());
        return all;
    }

    private ListAttemptsResponse attempts(String key, int size, String token) {
        return cluster.experiments.attempts(ListAttemptsRequest.newBuilder()
                .setTaskKey(key)
                .setPageSize(size)
                .setPageToken(token)
                .build());
    }
}
