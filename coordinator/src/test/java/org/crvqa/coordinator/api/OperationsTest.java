package org.crvqa.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.crvqa.coordinator.api.TaskListsTest.reason;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.coordinator.InterceptedStore;
import org.crvqa.coordinator.v1.CollectGarbageRequest;
import org.crvqa.coordinator.v1.Operation;
import org.crvqa.coordinator.v1.OperationState;
import org.crvqa.study.Samples;
import org.crvqa.study.StoreFixture;
import org.crvqa.study.plan.Release;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class OperationsTest {
    private static final CollectGarbageRequest REQUEST = CollectGarbageRequest.getDefaultInstance();

    @TempDir
    private Path folder;

    private StoreFixture fixture;
    /** A collection stands before its first listing of artifacts until this opens. */
    private final CountDownLatch gate = new CountDownLatch(1);

    private final CountDownLatch arrived = new CountDownLatch(1);

    /** Whose collections may still be under way when a test ends. */
    private final List<TestCluster> gated = new ArrayList<>();

    @BeforeEach
    void open() {
        fixture = new StoreFixture(folder);
    }

    @AfterEach
    void close() throws InterruptedException {
        gate.countDown();
        for (TestCluster cluster : gated) {
            awaitTurn(cluster.experiments.operations());
        }
        fixture.close();
    }

    @Test
    void start_returnsAtOnce_theOperationEndsByItselfAndTheNextLeaderKnowsHow() throws Exception {
        Operations operations = gated(1).experiments.operations();
        Operation begun = operations.start(REQUEST);
        assertThat(begun.getState()).isEqualTo(OperationState.OPERATION_STATE_RUNNING);
        arrived.await();
        assertThat(operations.get(begun.getId()).getState()).isEqualTo(OperationState.OPERATION_STATE_RUNNING);
        assertThat(operations.await(begun.getId(), Duration.ofMillis(1)).get().getState())
                .isEqualTo(OperationState.OPERATION_STATE_RUNNING);

        gate.countDown();
        Operation ended = operations.await(begun.getId(), Duration.ofMinutes(1)).get();

        assertThat(ended.getState()).isEqualTo(OperationState.OPERATION_STATE_SUCCEEDED);
        assertThat(ended.getSummary().getArtifactsKept()).isEqualTo(2);
        assertThat(ended.hasEnded()).isTrue();
        assertThat(cluster(fixture.store, 2).experiments.operations().get(begun.getId()))
                .isEqualTo(ended);
    }

    @Test
    void start_whileAnotherRuns_isRefused() throws Exception {
        Operations operations = gated(1).experiments.operations();
        operations.start(REQUEST);
        arrived.await();

        assertThat(reason(() -> operations.start(REQUEST))).isEqualTo("COLLECTION_RUNS");
        assertThat(reason(() -> operations.run(REQUEST, said -> {}))).isEqualTo("COLLECTION_RUNS");
    }

    @Test
    void cancel_running_endsItAndAnotherMayBegin() throws Exception {
        Operations operations = gated(1).experiments.operations();
        Operation begun = operations.start(REQUEST);
        arrived.await();

        operations.cancel(begun.getId());
        gate.countDown();

        assertThat(operations.await(begun.getId(), Duration.ofMinutes(1)).get().getState())
                .isEqualTo(OperationState.OPERATION_STATE_CANCELLED);
        assertThat(operations.cancel(begun.getId()).getState()).isEqualTo(OperationState.OPERATION_STATE_CANCELLED);
        awaitTurn(operations);
    }

    /** The turn is given back a moment after the end is told. */
    private static void awaitTurn(Operations operations) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (true) {
            try {
                operations.run(REQUEST, said -> {});
                return;
            } catch (io.grpc.StatusRuntimeException e) {
                assertThat(System.nanoTime()).as(e.toString()).isLessThan(end);
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void get_coordinatorThatRanItLeadsNoMore_hasFailedForGood() throws Exception {
        Operation begun = gated(1).experiments.operations().start(REQUEST);
        arrived.await();
        Operations next = cluster(fixture.store, 2).experiments.operations();

        assertThat(next.get(begun.getId()).getState()).isEqualTo(OperationState.OPERATION_STATE_FAILED);
        assertThat(next.get(begun.getId()).getProblem()).contains("leads no more");
        assertThat(cluster(fixture.store, 3)
                        .experiments
                        .operations()
                        .get(begun.getId())
                        .getState())
                .isEqualTo(OperationState.OPERATION_STATE_FAILED);
    }

    @Test
    void run_callerLeaves_isWrittenDownAsCancelled() {
        TestCluster cluster = cluster(fixture.store, 1);
        Operations operations = cluster.experiments.operations();

        assertThatThrownBy(() -> operations.run(REQUEST, said -> {
                    throw CallErrors.refusal(Reason.CALLER_GONE, "gone");
                }))
                .hasMessageContaining("gone");

        String id = fixture.store.list("operations/").get(0).replaceAll("operations/|\\.end\\.json|\\.json", "");
        assertThat(operations.get(id).getState()).isEqualTo(OperationState.OPERATION_STATE_CANCELLED);
    }

    @Test
    void get_unknown_isNotFound() {
        Operations operations = cluster(fixture.store, 1).experiments.operations();

        assertThat(reason(() -> operations.get("gc-1-0123456789ab"))).isEqualTo("OPERATION_NOT_FOUND");
        assertThat(reason(() -> operations.get("../spec"))).isEqualTo("OPERATION_NOT_FOUND");
    }

    private TestCluster gated(long term) {
        TestCluster cluster = cluster(
                InterceptedStore.ofAll(fixture.store, (method, name) -> {
                    if (method.equals("visit") && name.equals("artifacts/")) {
                        arrived.countDown();
                        gate.await();
                    }
                }),
                term);
        cluster.submit(Samples.yaml());
        gated.add(cluster);
        return cluster;
    }

    private TestCluster cluster(ObjectStore store, long term) {
        return new TestCluster(store, folder.resolve("cache"), Release.CURRENT, term).start();
    }
}
