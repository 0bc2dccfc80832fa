package org.crvqa.it.fault;

import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.crvqa.task.v1.WorkerDescription;
import org.crvqa.task.v1.WorkerKind;
import org.crvqa.task.v1.WorkerState;
import org.crvqa.trainer.v1.CancelRequest;
import org.crvqa.trainer.v1.CancelResponse;
import org.crvqa.trainer.v1.DescribeRequest;
import org.crvqa.trainer.v1.DescribeResponse;
import org.crvqa.trainer.v1.TrainRequest;
import org.crvqa.trainer.v1.TrainResponse;
import org.crvqa.trainer.v1.TrainerServiceGrpc.TrainerServiceImplBase;

/**
 * Plays an idle trainer of a release that computes an earlier algorithm version and does not say so: it describes itself
 * without version and store, and refuses each task, in the words of that release. Close it.
 */
final class EarlierTrainer implements AutoCloseable {
    private final AtomicInteger refused = new AtomicInteger();
    private final Server server;

    private EarlierTrainer() throws IOException {
        server = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                .addService(new Service())
                .build()
                .start();
    }

    static EarlierTrainer start() throws IOException {
        return new EarlierTrainer();
    }

    /** host:port. */
    String address() {
        return "127.0.0.1:" + server.getPort();
    }

    /** How many tasks it was given. */
    int refused() {
        return refused.get();
    }

    private final class Service extends TrainerServiceImplBase {
        @Override
        public void train(TrainRequest request, StreamObserver<TrainResponse> responses) {
            refused.incrementAndGet();
            int version = request.getAssignment().getSpec().getAlgorithmVersion();
            responses.onError(Status.INVALID_ARGUMENT
                    .withDescription("This worker computes algorithm version " + (version - 1) + ", found " + version
                            + "; run coordinator and workers of the same version")
                    .asRuntimeException());
        }

        @Override
        public void cancel(CancelRequest request, StreamObserver<CancelResponse> responses) {
            responses.onNext(CancelResponse.getDefaultInstance());
            responses.onCompleted();
        }

        @Override
        public void describe(DescribeRequest request, StreamObserver<DescribeResponse> responses) {
            responses.onNext(DescribeResponse.newBuilder()
                    .setWorker(WorkerDescription.newBuilder()
                            .setWorkerId("trainer-of-before")
                            .setKind(WorkerKind.WORKER_KIND_TRAINER)
                            .setState(WorkerState.WORKER_STATE_IDLE)
                            .setDevice("cpu")
                            .setThreads(1)
                            .setVersion("0.1.0"))
                    .build());
            responses.onCompleted();
        }
    }

    @Override
    public void close() {
        server.shutdownNow();
    }
}
