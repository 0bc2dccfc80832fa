package org.crvqa.worker;

import io.grpc.stub.StreamObserver;
import org.crvqa.trainer.v1.CancelRequest;
import org.crvqa.trainer.v1.CancelResponse;
import org.crvqa.trainer.v1.DescribeRequest;
import org.crvqa.trainer.v1.DescribeResponse;
import org.crvqa.trainer.v1.TrainRequest;
import org.crvqa.trainer.v1.TrainResponse;
import org.crvqa.trainer.v1.TrainerServiceGrpc;

/** A service as the three real ones are written. */
final class TrainerOverWorkCalls extends TrainerServiceGrpc.TrainerServiceImplBase {
    private final WorkCalls calls;

    TrainerOverWorkCalls(WorkCalls calls) {
        this.calls = calls;
    }

    @Override
    public void train(TrainRequest request, StreamObserver<TrainResponse> observer) {
        calls.run(
                request.getAssignment(),
                observer,
                event -> TrainResponse.newBuilder().setEvent(event).build());
    }

    @Override
    public void cancel(CancelRequest request, StreamObserver<CancelResponse> observer) {
        calls.cancel(
                request.getKey(),
                request.getTerm(),
                observer,
                wasRunning ->
                        CancelResponse.newBuilder().setWasRunning(wasRunning).build());
    }

    @Override
    public void describe(DescribeRequest request, StreamObserver<DescribeResponse> observer) {
        calls.describe(
                observer,
                worker -> DescribeResponse.newBuilder().setWorker(worker).build());
    }
}
