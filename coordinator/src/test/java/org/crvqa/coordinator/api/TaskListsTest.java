package org.crvqa.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.crvqa.coordinator.v1.ListTasksRequest;
import org.crvqa.coordinator.v1.ListTasksResponse;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.coordinator.v1.TaskOrder;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.coordinator.v1.TaskStatus;
import org.crvqa.coordinator.v1.TaskView;
import org.crvqa.coordinator.v1.WorkKind;
import org.crvqa.study.Samples;
import org.crvqa.study.StoreFixture;
import org.crvqa.study.plan.Release;
import org.crvqa.task.v1.WorkerKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskListsTest {
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
    void list_inPages_tellsEachTaskOnceInTheOrderOfThePlan() {
        List<TaskStatus> all = all(cluster, request().setPageSize(3));

        assertThat(all)
                .extracting(TaskStatus::getKey)
                .containsExactlyElementsOf(cluster.status(id).getTasksList().stream()
                        .map(TaskStatus::getKey)
                        .toList());
        assertThat(all).extracting(TaskStatus::getPlace).isSorted().hasSize(20);
    }

    @Test
    void list_byStateKindAndStage_tellsThoseOfWhichAllSaySo() {
        cluster.fail(WorkerKind.WORKER_KIND_TRAINER);

        assertThat(all(cluster, request().addStates(TaskState.TASK_STATE_FAILED)))
                .singleElement()
                .satisfies(task -> assertThat(task.getStage()).isEqualTo(WorkKind.WORK_KIND_STAGE1));
        assertThat(all(cluster, request().addStages(WorkKind.WORK_KIND_STAGE2)))
                .hasSize(6)
                .allMatch(task -> task.getKind() == TaskKind.TASK_KIND_PRUNE);
        assertThat(all(cluster, request().addStates(TaskState.TASK_STATE_FAILED).addStages(WorkKind.WORK_KIND_STAGE2)))
                .isEmpty();
        assertThat(all(cluster, request().addKinds(TaskKind.TASK_KIND_EVALUATE).setPageSize(4)))
                .hasSize(10);
    }

    @Test
    void list_totalSizeAndCounts_sayTheSame() {
        cluster.fail(WorkerKind.WORKER_KIND_TRAINER);
        int cancelled = cluster.status(id).getCounts().getCancelled();

        assertThat(cancelled).isPositive();
        assertThat(list(
                                cluster,
                                request()
                                        .addStates(TaskState.TASK_STATE_CANCELLED)
                                        .setPageSize(1))
                        .getTotalSize())
                .isEqualTo(cancelled);
        assertThat(cluster.status(id).getStagesList())
                .extracting(stage -> stage.getCounts().getFailed())
                .contains(1);
    }

    @Test
    void list_basic_leavesOutWhatIsLongAndFullDoesNot() {
        cluster.fail(WorkerKind.WORKER_KIND_TRAINER);

        assertThat(list(cluster, request().addStates(TaskState.TASK_STATE_FAILED))
                        .getTasks(0)
                        .hasFailure())
                .isFalse();
        assertThat(list(
                                cluster,
                                request().addStates(TaskState.TASK_STATE_FAILED).setView(TaskView.TASK_VIEW_FULL))
                        .getTasks(0)
                        .getFailure()
                        .getCause())
                .isEqualTo("no such split");
    }

    @Test
    void list_tasksThatMatchAllTheTime_areToldOnceThoughOthersChange() {
        ListTasksResponse first =
                list(cluster, request().addStages(WorkKind.WORK_KIND_EVALUATE).setPageSize(4));
        List<String> told = new ArrayList<>(
                first.getTasksList().stream().map(TaskStatus::getKey).toList());
        cluster.fail(WorkerKind.WORKER_KIND_TRAINER);

        told.addAll(all(
                        cluster,
                        request()
                                .addStages(WorkKind.WORK_KIND_EVALUATE)
                                .setPageSize(4)
                                .setPageToken(first.getNextPageToken()))
                .stream()
                .map(TaskStatus::getKey)
                .toList());

        assertThat(told).doesNotHaveDuplicates().hasSize(10);
    }

    @Test
    void list_newestChangeFirst_beginsWithWhatChangedLast() {
        cluster.fail(WorkerKind.WORKER_KIND_TRAINER);
        ListTasksRequest.Builder newest =
                request().setOrder(TaskOrder.TASK_ORDER_NEWEST_CHANGE).setPageSize(3);

        List<TaskStatus> all = all(cluster, newest);

        assertThat(all).extracting(TaskStatus::getKey).doesNotHaveDuplicates().hasSize(20);
        assertThat(all.subList(0, 8))
                .extracting(TaskStatus::getState)
                .contains(TaskState.TASK_STATE_FAILED, TaskState.TASK_STATE_CANCELLED);
    }

    @Test
    void list_pageTokenOfAnotherLeader_goesOnInTheOrderOfThePlanOnly() {
        ListTasksResponse plan = list(cluster, request().setPageSize(15));
        ListTasksResponse change =
                list(cluster, request().setPageSize(15).setOrder(TaskOrder.TASK_ORDER_NEWEST_CHANGE));
        TestCluster next = cluster(2);

        assertThat(all(next, request().setPageSize(15).setPageToken(plan.getNextPageToken())))
                .hasSize(5);
        assertThat(reason(() -> list(
                        next,
                        request()
                                .setOrder(TaskOrder.TASK_ORDER_NEWEST_CHANGE)
                                .setPageToken(change.getNextPageToken()))))
                .isEqualTo("LISTING_OUTDATED");
    }

    @Test
    void list_experimentThatHasEnded_isListedFromTheStoreAsBefore() {
        List<TaskStatus> before = all(cluster, request().addStages(WorkKind.WORK_KIND_STAGE2));
        cluster.experiments.cancel(id);
        cluster.experiments.noteEnds();
        TestCluster next = cluster(2);
        assertThat(next.dispatcherKnows(id)).isFalse();

        assertThat(all(next, request().addStages(WorkKind.WORK_KIND_STAGE2).setPageSize(4)))
                .extracting(TaskStatus::getKey)
                .containsExactlyElementsOf(
                        before.stream().map(TaskStatus::getKey).toList());
        assertThat(all(next, request().addStates(TaskState.TASK_STATE_CANCELLED).setPageSize(7)))
                .hasSize(20);
        assertThat(all(
                        next,
                        request().setOrder(TaskOrder.TASK_ORDER_NEWEST_CHANGE).setPageSize(7)))
                .hasSize(20);
    }

    @Test
    void list_pageSize_isCoercedAndOnlyNegativeOnesAreRefused() {
        assertThat(list(cluster, request().setPageSize(1_000_000)).getTasksCount())
                .isEqualTo(20);
        assertThat(reason(() -> list(cluster, request().setPageSize(-1)))).isEqualTo("INVALID_REQUEST");
    }

    @Test
    void list_pageTokenOfAnotherRequest_isRefused() {
        String token = list(cluster, request().setPageSize(3)).getNextPageToken();

        assertThat(reason(() -> list(cluster, request().setPageToken("guessed"))))
                .isEqualTo("INVALID_PAGE_TOKEN");
        assertThat(reason(() -> list(
                        cluster, request().addStates(TaskState.TASK_STATE_READY).setPageToken(token))))
                .isEqualTo("INVALID_PAGE_TOKEN");
        assertThat(reason(() -> list(
                        cluster,
                        request().setOrder(TaskOrder.TASK_ORDER_NEWEST_CHANGE).setPageToken(token))))
                .isEqualTo("INVALID_PAGE_TOKEN");
    }

    @Test
    void list_unknownExperiment_isNotFound() {
        assertThat(reason(() -> cluster.experiments.tasks(ListTasksRequest.newBuilder()
                        .setExperimentId("none-000000000000")
                        .build())))
                .isEqualTo("EXPERIMENT_NOT_FOUND");
    }

    private TestCluster cluster(long term) {
        return new TestCluster(fixture.store, folder.resolve("cache"), Release.CURRENT, term).start();
    }

    private ListTasksRequest.Builder request() {
        return ListTasksRequest.newBuilder().setExperimentId(id);
    }

    private static ListTasksResponse list(TestCluster cluster, ListTasksRequest.Builder request) {
        return cluster.experiments.tasks(request.build());
    }

    private static List<TaskStatus> all(TestCluster cluster, ListTasksRequest.Builder request) {
        List<TaskStatus> all = new ArrayList<>();
        ListTasksRequest.Builder next = request.clone();
        while (true) {
            ListTasksResponse page = list(cluster, next);
            all.addAll(page.getTasksList());
            if (page.getNextPageToken().isEmpty()) {
                return all;
            }
            assertThat(page.getTasksCount()).isPositive();
            next.setPageToken(page.getNextPageToken());
        }
    }

    static String reason(ThrowingCallable call) {
        return CallErrors.reason(catchThrowableOfType(StatusRuntimeException.class, call));
    }
}
