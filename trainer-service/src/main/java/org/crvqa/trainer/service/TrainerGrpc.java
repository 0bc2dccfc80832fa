package org.crvqa.trainer.service;

import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import org.crvqa.trainer.v1.CancelRequest;
import org.crvqa.trainer.v1.CancelResponse;
import org.crvqa.trainer.v1.DescribeRequest;
import org.crvqa.trainer.v1.DescribeResponse;
import org.crvqa.trainer.v1.TrainRequest;
import org.crvqa.trainer.v1.TrainResponse;
import org.crvqa.trainer.v1.TrainerServiceGrpc;
import org.crvqa.worker.WorkCalls;

/** {@code crvqa.trainer.v1.TrainerService}. */
@GrpcService
class TrainerGrpc extends TrainerServiceGrpc.TrainerServiceImplBase {
    private final WorkCalls calls;

    @Inject
    TrainerGrpc(WorkCalls calls) {
        this.calls = calls;
    }

    @Override
    @Blocking
    public void train(TrainRequest request, StreamObserver<TrainResponse> observer) {
        calls.run(
                request.getAssignment(),
                observer,
                event -> TrainResponse.newBuilder().setEvent(event).build());
    }

    @Override
    @Blocking
    public void cancel(CancelRequest request, StreamObserver<CancelResponse> observer) {
        calls.cancel(
                request.getKey(),
                request.getTerm(),
                observer,
                wasRunning ->
                        CancelResponse.newBuilder().setWasRunning(wasRunning).build());
    }

    @Override
    @Blocking
    public void describe(DescribeRequest request, StreamObserver<DescribeResponse> observer) {
        calls.describe(
                observer,
                worker -> DescribeResponse.newBuilder().setWorker(worker).build());
    }
}
