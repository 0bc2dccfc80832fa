package org.crvqa.coordinator.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.crvqa.coordinator.fleet.Member;
import org.crvqa.evaluator.v1.EvaluateRequest;
import org.crvqa.evaluator.v1.EvaluateResponse;
import org.crvqa.evaluator.v1.EvaluatorServiceGrpc;
import org.crvqa.pruner.v1.PruneRequest;
import org.crvqa.pruner.v1.PruneResponse;
import org.crvqa.pruner.v1.PrunerServiceGrpc;
import org.crvqa.task.v1.TaskAccepted;
import org.crvqa.task.v1.TaskAssignment;
import org.crvqa.task.v1.TaskEvent;
import org.crvqa.task.v1.WorkerDescription;
import org.crvqa.task.v1.WorkerKind;
import org.crvqa.trainer.v1.CancelRequest;
import org.crvqa.trainer.v1.CancelResponse;
import org.crvqa.trainer.v1.DescribeRequest;
import org.crvqa.trainer.v1.DescribeResponse;
import org.crvqa.trainer.v1.TrainRequest;
import org.crvqa.trainer.v1.TrainResponse;
import org.crvqa.trainer.v1.TrainerServiceGrpc;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The adapters against real gRPC servers on loopback. */
@Timeout(30)
class GrpcWorkerClientTest {
    private static final TaskAssignment ASSIGNMENT =
            TaskAssignment.newBuilder().setKey("a".repeat(64)).setAttempt(3).build();
    private static final TaskEvent ACCEPTED = TaskEvent.newBuilder()
            .setAccepted(TaskAccepted.newBuilder().setAttempt(3))
            .build();

    private final CompletableFuture<Void> streamCancelled = new CompletableFuture<>();
    private final BlockingQueue<TaskEvent> events = new LinkedBlockingQueue<>();
    private final BlockingQueue<Status> ends = new LinkedBlockingQueue<>();
    private Server server;
    private List<WorkerClient> clients;

    @BeforeEach
    void start() throws IOException {
        server = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                .addService(new Trainer())
                .addService(new Pruner())
                .addService(new Evaluator())
                .build()
                .start();
        WorkerConnector connector = new GrpcConnector();
        clients = Stream.of(
                        WorkerKind.WORKER_KIND_TRAINER, WorkerKind.WORKER_KIND_PRUNER, WorkerKind.WORKER_KIND_EVALUATOR)
                .map(kind -> connector.connect(Member.fixed(kind, "localhost:" + server.getPort())))
                .toList();
    }

    @AfterEach
    void stop() throws InterruptedException {
        clients.forEach(WorkerClient::close);
        server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }

    @Test
    void run_eachKind_sendsTheAssignmentAndPassesEventsOn() throws InterruptedException {
        for (WorkerClient client : clients) {
            client.run(ASSIGNMENT, observer());

            assertThat(events.take()).isEqualTo(ACCEPTED);
        }
    }

    @Test
    void close_ofACall_cancelsTheStreamOnly() throws Exception {
        WorkerClient.WorkCall call = clients.get(0).run(ASSIGNMENT, observer());
        events.take();

        call.close();

        streamCancelled.get(10, TimeUnit.SECONDS);
        assertThat(clients.get(0).describe().get().getWorkerId()).isEqualTo("t");
    }

    @Test
    void run_serverDies_endsWithUnavailable() throws InterruptedException {
        clients.get(0).run(ASSIGNMENT, observer());
        events.take();

        server.shutdownNow();

        assertThat(ends.take().getCode()).isIn(Status.Code.UNAVAILABLE, Status.Code.CANCELLED);
    }

    @Test
    void run_refused_passesTheStatusOn() throws InterruptedException {
        clients.get(1).run(TaskAssignment.getDefaultInstance(), observer());

        assertThat(ends.take().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    }

    @Test
    void cancel_saysWhetherItRan() throws Exception {
        assertThat(clients.get(0).cancel("k", 7).get()).isTrue();
    }

    @Test
    void describe_noServer_fails() {
        server.shutdownNow();

        assertThatThrownBy(() -> clients.get(0).describe().get()).hasMessageContaining("UNAVAILABLE");
    }

    private WorkerClient.WorkObserver observer() {
        return new WorkerClient.WorkObserver() {
            @Override
            public void onEvent(TaskEvent event) {
                events.add(event);
            }

            @Override
            public void onEnd(Status status) {
                ends.add(status);
            }
        };
    }

    private final class Trainer extends TrainerServiceGrpc.TrainerServiceImplBase {
        @Override
        public void train(TrainRequest request, StreamObserver<TrainResponse> observer) {
            assertThat(request.getAssignment()).isEqualTo(ASSIGNMENT);
            ((ServerCallStreamObserver<TrainResponse>) observer)
                    .setOnCancelHandler(() -> streamCancelled.complete(null));
            observer.onNext(TrainResponse.newBuilder().setEvent(ACCEPTED).build());
        }

        @Override
        public void describe(DescribeRequest request, StreamObserver<DescribeResponse> observer) {
            observer.onNext(DescribeResponse.newBuilder()
                    .setWorker(WorkerDescription.newBuilder().setWorkerId("t"))
                    .build());
            observer.onCompleted();
        }

        @Override
        public void cancel(CancelRequest request, StreamObserver<CancelResponse> observer) {
            observer.onNext(CancelResponse.newBuilder()
                    .setWasRunning(request.getKey().equals("k"))
                    .build());
            observer.onCompleted();
        }
    }

    private static final class Pruner extends PrunerServiceGrpc.PrunerServiceImplBase {
        @Override
        public void prune(PruneRequest request, StreamObserver<PruneResponse> observer) {
            if (!request.getAssignment().equals(ASSIGNMENT)) {
                observer.onError(Status.RESOURCE_EXHAUSTED.asRuntimeException());
                return;
            }
            observer.onNext(PruneResponse.newBuilder().setEvent(ACCEPTED).build());
        }
    }

    private static final class Evaluator extends EvaluatorServiceGrpc.EvaluatorServiceImplBase {
        @Override
        public void evaluate(EvaluateRequest request, StreamObserver<EvaluateResponse> observer) {
            observer.onNext(EvaluateResponse.newBuilder().setEvent(ACCEPTED).build());
        }
    }
}
