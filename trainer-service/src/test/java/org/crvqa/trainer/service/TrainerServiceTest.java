package org.crvqa.trainer.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import grpc.health.v1.HealthGrpc;
import grpc.health.v1.HealthOuterClass.HealthCheckRequest;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.task.v1.FailureKind;
import org.crvqa.task.v1.TaskAssignment;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.TrainSpec;
import org.crvqa.task.v1.WorkerDescription;
import org.crvqa.task.v1.WorkerKind;
import org.crvqa.task.v1.WorkerState;
import org.crvqa.trainer.v1.DescribeRequest;
import org.crvqa.trainer.v1.TrainRequest;
import org.crvqa.trainer.v1.TrainResponse;
import org.crvqa.trainer.v1.TrainerServiceGrpc;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The service as it is wired, over its real ports. */
@QuarkusTest
class TrainerServiceTest {
    private static final String SERVICE = "crvqa.trainer.v1.TrainerService";

    @ConfigProperty(name = "quarkus.grpc.server.port")
    int grpcPort;

    @TestHTTPResource("/q/")
    URI http;

    private ManagedChannel channel;
    private TrainerServiceGrpc.TrainerServiceBlockingStub service;

    @BeforeEach
    void connect() {
        channel = ManagedChannelBuilder.forAddress("127.0.0.1", grpcPort)
                .usePlaintext()
                .build();
        service = TrainerServiceGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS);
        awaitServing();
    }

    @AfterEach
    void disconnect() {
        channel.shutdownNow();
    }

    @Test
    void reflection_always_listsTheService() throws Exception {
        CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
        StreamObserver<ServerReflectionRequest> question =
                ServerReflectionGrpc.newStub(channel).serverReflectionInfo(new FirstAnswer(answer));
        question.onNext(
                ServerReflectionRequest.newBuilder().setListServices("*").build());

        assertThat(answer.get(20, TimeUnit.SECONDS).getListServicesResponse().getServiceList())
                .extracting(ServiceResponse::getName)
                .contains(SERVICE, "grpc.health.v1.Health");
        question.onCompleted();
    }

    @Test
    void describe_idle_saysWhatTheWorkerIs() {
        WorkerDescription worker =
                service.describe(DescribeRequest.getDefaultInstance()).getWorker();

        assertThat(worker.getKind()).isEqualTo(WorkerKind.WORKER_KIND_TRAINER);
        assertThat(worker.getState()).isEqualTo(WorkerState.WORKER_STATE_IDLE);
        assertThat(worker.getDevice()).isEqualTo("cpu");
        assertThat(worker.getWorkerId()).startsWith("trainer-");
        assertThat(worker.getVersion()).isNotEqualTo("unknown");
    }

    @Test
    void train_specWithoutInputs_failsAsUserError() {
        TrainRequest request =
                request(TaskSpec.newBuilder().setAlgorithmVersion(1).setTrain(TrainSpec.getDefaultInstance()));

        // A heartbeat may come at any time.
        List<TrainResponse> events = new ArrayList<>();
        service.train(request).forEachRemaining(events::add);

        assertThat(events.get(0).getEvent().hasAccepted()).isTrue();
        assertThat(events.get(events.size() - 1).getEvent().getFailed().getKind())
                .isEqualTo(FailureKind.FAILURE_KIND_USER_ERROR);
    }

    @Test
    void train_specOfNoWork_isInvalidArgument() {
        StatusRuntimeException refused = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> service.train(request(TaskSpec.newBuilder().setAlgorithmVersion(1)))
                        .hasNext());

        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void http_ready_givesMetricsAndHealth() throws Exception {
        assertThat(get("health/ready").statusCode()).isEqualTo(200);
        assertThat(get("health/live").statusCode()).isEqualTo(200);
        assertThat(get("metrics").body()).contains("crvqa_worker_busy", "crvqa_worker_heartbeats_total");
    }

    private HttpResponse<String> get(String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(http.resolve(path)).build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    private void awaitServing() {
        Iterator<HealthCheckResponse> health = HealthGrpc.newBlockingStub(channel)
                .withDeadlineAfter(60, TimeUnit.SECONDS)
                .watch(HealthCheckRequest.newBuilder().setService(SERVICE).build());
        while (health.next().getStatus() != HealthCheckResponse.ServingStatus.SERVING) {
            // The stream ends with an error at its deadline.
        }
    }

    private static TrainRequest request(TaskSpec.Builder spec) {
        return TrainRequest.newBuilder()
                .setAssignment(TaskAssignment.newBuilder()
                        .setSpec(spec)
                        .setKey(ArtifactKey.of(spec.build()).hex())
                        .setAttempt(1))
                .build();
    }

    private record FirstAnswer(CompletableFuture<ServerReflectionResponse> answer)
            implements StreamObserver<ServerReflectionResponse> {
        @Override
        public void onNext(ServerReflectionResponse response) {
            answer.complete(response);
        }

        @Override
        public void onError(Throwable error) {
            answer.completeExceptionally(error);
        }

        @Override
        public void onCompleted() {}
    }
}
