package org.crvqa.coordinator.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.crvqa.coordinator.Samples;
import org.crvqa.coordinator.StoreFixture;
import org.crvqa.coordinator.plan.Release;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.WatchExperimentRequest;
import org.crvqa.coordinator.v1.WatchExperimentResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchesTest {
    @TempDir
    private Path folder;

    private StoreFixture fixture;
    private TestCluster cluster;
    private Watches watches;
    private String id;

    @BeforeEach
    void open() {
        fixture = new StoreFixture(folder);
        cluster = new TestCluster(fixture.store, folder.resolve("cache"), Release.CURRENT).start();
        watches = cluster.watches(Clock.systemUTC());
        id = cluster.submit(Samples.yaml()).id();
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void serve_running_sendsAllThenChangesAndEndsWithTheExperiment() {
        Watcher watcher = watch("peer");
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

        Watcher watcher = watch("peer");

        assertThat(watcher.got).hasSize(1);
        assertThat(watcher.completed).isTrue();
    }

    @Test
    void add_afterTheEndOfTheTerm_isEndedAndNotLeftSilent() {
        watches.close();

        Watcher watcher = watch("peer");

        assertThat(watcher.failure)
                .map(Status::fromThrowable)
                .map(Status::getCode)
                .hasValue(Status.Code.UNAVAILABLE);
    }

    @Test
    void serve_oneWatcherThrows_theOthersAreServed() {
        Watcher bad = new Watcher() {
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
        Watcher good = watch("good");
        Watcher other = watch("other");

        watches.serve();
        watches.serve();

        assertThat(good.got).hasSize(1);
        assertThat(other.got).hasSize(1);
    }

    @Test
    void end_streamThatWasServed_isEndedOnce() {
        Watcher watcher = watch("peer");
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

    private WatchExperimentRequest request() {
        return WatchExperimentRequest.newBuilder().setExperimentId(id).build();
    }

    private Watcher watch(String peer) {
        Watcher watcher = new Watcher();
        watches.add(request(), cluster.status(id), peer, watcher);
        return watcher;
    }

    private static class Watcher extends ServerCallStreamObserver<WatchExperimentResponse> {
        final List<WatchExperimentResponse> got = new ArrayList<>();
        Optional<Throwable> failure = Optional.empty();
        boolean completed;
        int ends;

        @Override
        public void onNext(WatchExperimentResponse response) {
            got.add(response);
        }

        @Override
        public void onError(Throwable error) {
            failure = Optional.of(error);
            ends++;
        }

        @Override
        public void onCompleted() {
            completed = true;
            ends++;
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setOnCancelHandler(@Nullable Runnable handler) {}

        @Override
        public void setOnReadyHandler(Runnable handler) {}

        @Override
        public void setCompression(String compression) {}

        @Override
        public void disableAutoInboundFlowControl() {}

        @Override
        public void request(int count) {}

        @Override
        public void setMessageCompression(boolean enable) {}
    }
}
