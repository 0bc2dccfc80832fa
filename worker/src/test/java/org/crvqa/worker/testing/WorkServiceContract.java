package org.crvqa.worker.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import grpc.health.v1.HealthGrpc;
import grpc.health.v1.HealthOuterClass.HealthCheckRequest;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
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
import org.crvqa.task.v1.TaskEvent;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.WorkerDescription;
import org.crvqa.task.v1.WorkerKind;
import org.crvqa.task.v1.WorkerState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A work service as it is wired, over its real ports. A service's test is a {@code @QuarkusTest} that extends this class:
 * it injects the ports itself, since the container indexes the service's classes but not this jar's.
 */
public abstract class WorkServiceContract {
    /** How long one call may take. */
    protected static final long DEADLINE_SECONDS = 60;

    private static final long LISTEN_SECONDS = 2;

    private final String service;
    private final WorkerKind kind;
    private final String idPrefix;
    private final TaskSpec specWithoutInputs;

    private ManagedChannel channel;

    /**
     * A contract for one service.
     *
     * @param service full gRPC name
     * @param kind what the worker says it is
     * @param idPrefix how the ids of such workers begin
     * @param specWithoutInputs work of the service's kind that names no inputs
     */
    protected WorkServiceContract(String service, WorkerKind kind, String idPrefix, TaskSpec specWithoutInputs) {
        this.service = service;
        this.kind = kind;
        this.idPrefix = idPrefix;
        this.specWithoutInputs = specWithoutInputs;
    }

    /** The port of 127.0.0.1 on which the service answers gRPC. */
    protected abstract int grpcPort();

    /** The folder of the management pages, with a slash at its end. */
    protected abstract URI http();

    /** Calls the service's Describe. */
    protected abstract WorkerDescription describe(Channel channel);

    /** Calls the service's work method; the iterator throws {@link StatusRuntimeException} when the call fails. */
    protected abstract Iterator<TaskEvent> work(Channel channel, TaskAssignment assignment);

    @BeforeEach
    void connect() {
        channel = ManagedChannelBuilder.forAddress("127.0.0.1", grpcPort())
                .usePlaintext()
                .build();
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
                .contains(service, "grpc.health.v1.Health");
        question.onCompleted();
    }

    @Test
    void describe_idle_saysWhatTheWorkerIs() {
        WorkerDescription worker = describe(channel);

        assertThat(worker.getKind()).isEqualTo(kind);
        assertThat(worker.getState()).isEqualTo(WorkerState.WORKER_STATE_IDLE);
        assertThat(worker.getDevice()).isEqualTo("cpu");
        assertThat(worker.getWorkerId()).startsWith(idPrefix);
        assertThat(worker.getVersion()).isNotEqualTo("unknown");
    }

    @Test
    void work_specWithoutInputs_failsAsUserError() {
        // A heartbeat may come at any time.
        List<TaskEvent> events = new ArrayList<>();
        work(channel, assignment(specWithoutInputs)).forEachRemaining(events::add);

        assertThat(events.get(0).hasAccepted()).isTrue();
        assertThat(events.get(events.size() - 1).getFailed().getKind()).isEqualTo(FailureKind.FAILURE_KIND_USER_ERROR);
    }

    @Test
    void work_specOfNoWork_isInvalidArgument() {
        TaskSpec none = TaskSpec.newBuilder().setAlgorithmVersion(1).build();

        StatusRuntimeException refused = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> work(channel, assignment(none)).hasNext());

        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void http_ready_givesMetricsAndHealth() throws Exception {
        assertThat(get("health/ready").statusCode()).isEqualTo(200);
        assertThat(get("health/live").statusCode()).isEqualTo(200);
        assertThat(get("metrics").body()).contains("crvqa_worker_busy", "crvqa_worker_heartbeats_total");
    }

    private HttpResponse<String> get(String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(http().resolve(path)).build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    private void awaitServing() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (!servesWithin(LISTEN_SECONDS)) {
            assertThat(System.nanoTime())
                    .as("the service never said that it serves")
                    .isLessThan(end);
        }
    }

    /** Quarkus' stream of changes loses one that falls between its first answer and what follows: so it is asked for anew. */
    private boolean servesWithin(long seconds) {
        Iterator<HealthCheckResponse> health = HealthGrpc.newBlockingStub(channel)
                .withDeadlineAfter(seconds, TimeUnit.SECONDS)
                .watch(HealthCheckRequest.newBuilder().setService(service).build());
        try {
            while (health.next().getStatus() != HealthCheckResponse.ServingStatus.SERVING) {
                // The stream ends with an error at its deadline.
            }
            return true;
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() != Status.Code.DEADLINE_EXCEEDED) {
                throw e;
            }
            return false;
        }
    }

    private static TaskAssignment assignment(TaskSpec spec) {
        return TaskAssignment.newBuilder()
                .setSpec(spec)
                .setKey(ArtifactKey.of(spec).hex())
                .setAttempt(1)
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
