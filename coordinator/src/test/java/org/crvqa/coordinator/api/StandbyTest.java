package org.crvqa.coordinator.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.store.CountingStore;
import org.crvqa.artifacts.store.CountingStore.Method;
import org.crvqa.coordinator.v1.CancelExperimentRequest;
import org.crvqa.coordinator.v1.CoordinatorServiceGrpc;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.GetExperimentRequest;
import org.crvqa.coordinator.v1.GetReportRequest;
import org.crvqa.coordinator.v1.ListExperimentsRequest;
import org.crvqa.coordinator.v1.ListExperimentsResponse;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.coordinator.v1.TaskStatus;
import org.crvqa.study.Samples;
import org.crvqa.study.StoreFixture;
import org.crvqa.study.attempt.AttemptLog;
import org.crvqa.study.experiment.ExperimentStore;
import org.crvqa.study.plan.Release;
import org.crvqa.study.reading.StoreReads;
import org.crvqa.study.threads.ParallelReads;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A coordinator that stands by beside one that leads, over gRPC. */
class StandbyTest {
    @TempDir
    private Path folder;

    private StoreFixture fixture;
    private CountingStore seen;
    private TestCluster leader;
    private Server server;
    private ManagedChannel channel;
    private CoordinatorServiceGrpc.CoordinatorServiceBlockingStub standby;

    @BeforeEach
    void serve() throws IOException {
        fixture = new StoreFixture(folder);
        leader = new TestCluster(fixture.store, folder.resolve("cache"), Release.CURRENT).start();
        seen = new CountingStore(fixture.store);
        ArtifactRepository artifacts = new ArtifactRepository(seen, folder.resolve("standby"));
        StoreReads reads = new StoreReads(
                new ExperimentStore(seen, Clock.systemUTC()),
                artifacts,
                new AttemptLog(seen, artifacts, Clock.systemUTC()),
                ParallelReads.oneByOne(),
                Clock.systemUTC());
        server = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                .addService(new CoordinatorGrpcService(new CoordinatorSource() {
                    @Override
                    public Optional<Coordinator> coordinator() {
                        return Optional.empty();
                    }

                    @Override
                    public Optional<StoreReads> standby() {
                        return Optional.of(reads);
                    }

                    @Override
                    public Optional<String> leaderElsewhere() {
                        return Optional.of("coordinator-1:9100");
                    }

                    @Override
                    public String whyNot() {
                        return "stands by";
                    }
                }))
                .build()
                .start();
        channel = Grpc.newChannelBuilder("127.0.0.1:" + server.getPort(), InsecureChannelCredentials.create())
                .build();
        standby = CoordinatorServiceGrpc.newBlockingStub(channel);
    }

    @AfterEach
    void stop() throws InterruptedException {
        channel.shutdownNow();
        server.shutdownNow().awaitTermination();
        fixture.close();
    }

    private ExperimentStatus status(String id) {
        return standby.getExperiment(
                        GetExperimentRequest.newBuilder().setExperimentId(id).build())
                .getExperiment();
    }

    @Test
    void experiment_runs_isToldAsTheStoreHasIt() {
        String id = leader.submit(Samples.yaml()).id();
        leader.tick();
        ExperimentStatus led = leader.status(id);

        ExperimentStatus told = status(id);

        assertThat(told.getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_RUNNING);
        assertThat(told.getExperiment()).isEqualTo(led.getExperiment());
        assertThat(told.getTasksList()).extracting(TaskStatus::getState).contains(TaskState.TASK_STATE_RUNNING);
        assertThat(told.getTasksList())
                .extracting(TaskStatus::getKey, TaskStatus::getState)
                .containsExactlyElementsOf(led.getTasksList().stream()
                        .map(task -> tuple(task.getKey(), task.getState()))
                        .toList());
        assertThat(told.getCounts()).isEqualTo(led.getCounts());
    }

    @Test
    void experiment_hasEnded_listStatusAndReportAreTheLeaders() {
        leader.work(fixture.artifacts);
        String id = leader.submit(Samples.yaml()).id();
        leader.tick();
        leader.experiments.noteEnds();

        ListExperimentsResponse list = standby.listExperiments(ListExperimentsRequest.getDefaultInstance());

        assertThat(list.hasAsOf()).isTrue();
        assertThat(list.getExperimentsList()).singleElement().satisfies(one -> {
            assertThat(one.getId()).isEqualTo(id);
            assertThat(one.getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_SUCCEEDED);
            assertThat(one.hasExperiment()).isTrue();
        });
        assertThat(status(id).getTasksDone()).isEqualTo(leader.status(id).getTasksTotal());
        assertThat(standby.getReport(GetReportRequest.newBuilder()
                                .setExperimentId(id)
                                .build())
                        .getReport())
                .isEqualTo(leader.experiments.results().report(leader.stored(id), false));
    }

    @Test
    void reads_whateverIsAsked_writeNothing() {
        String id = leader.submit(Samples.yaml()).id();

        standby.listExperiments(ListExperimentsRequest.getDefaultInstance());
        status(id);
        standby.getReport(GetReportRequest.newBuilder().setExperimentId(id).build());

        assertThat(seen.requests())
                .isNotEmpty()
                .extracting(CountingStore.Request::method)
                .doesNotContain(Method.PUT, Method.DELETE);
    }

    @Test
    void oneExperimentCannotBeRead_isSaidToBeSo_andTheOthersAreListed() {
        String id = leader.submit(Samples.yaml()).id();
        fixture.store.createIfAbsent("experiments/broken-000000000000/spec.json", "no JSON".getBytes(UTF_8));

        ListExperimentsResponse list = standby.listExperiments(ListExperimentsRequest.getDefaultInstance());

        assertThat(list.getExperimentsList())
                .extracting(ExperimentStatus::getId, ExperimentStatus::getState)
                .containsExactlyInAnyOrder(
                        tuple(id, ExperimentState.EXPERIMENT_STATE_RUNNING),
                        tuple("broken-000000000000", ExperimentState.EXPERIMENT_STATE_UNREADABLE));
    }

    @Test
    void change_isRefusedWithTheLeadersAddress() {
        String id = leader.submit(Samples.yaml()).id();

        StatusRuntimeException error = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> standby.cancelExperiment(
                        CancelExperimentRequest.newBuilder().setExperimentId(id).build()));

        assertThat(error).hasMessageContaining("stands by");
        assertThat(CallErrors.reason(error)).isEqualTo("NOT_LEADER");
        assertThat(leader.status(id).getState()).isEqualTo(ExperimentState.EXPERIMENT_STATE_RUNNING);
    }

    @Test
    void experiment_isNotThere_isNotFound() {
        StatusRuntimeException error =
                catchThrowableOfType(StatusRuntimeException.class, () -> status("no-such-experiment-12345678"));

        assertThat(CallErrors.reason(error)).isEqualTo("EXPERIMENT_NOT_FOUND");
    }
}
