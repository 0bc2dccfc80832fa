package org.crvqa.pruner.service;

import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import org.crvqa.pruner.v1.CancelRequest;
import org.crvqa.pruner.v1.CancelResponse;
import org.crvqa.pruner.v1.DescribeRequest;
import org.crvqa.pruner.v1.DescribeResponse;
import org.crvqa.pruner.v1.PruneRequest;
import org.crvqa.pruner.v1.PruneResponse;
import org.crvqa.pruner.v1.PrunerServiceGrpc;
import org.crvqa.worker.WorkCalls;

/** {@code crvqa.pruner.v1.PrunerService}. */
@GrpcService
class PrunerGrpc extends PrunerServiceGrpc.PrunerServiceImplBase {
    private final WorkCalls calls;

    @Inject
    PrunerGrpc(WorkCalls calls) {
        this.calls = calls;
    }

    @Override
    @Blocking
    public void prune(PruneRequest request, StreamObserver<PruneResponse> observer) {
        calls.run(
                request.getAssignment(),
                observer,
                event -> PruneResponse.newBuilder().setEvent(event).build());
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
