package org.crvqa.evaluator.service;

import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.smallrye.common.annotation.Blocking;
import jakarta.inject.Inject;
import org.crvqa.evaluator.v1.CancelRequest;
import org.crvqa.evaluator.v1.CancelResponse;
import org.crvqa.evaluator.v1.DescribeRequest;
import org.crvqa.evaluator.v1.DescribeResponse;
import org.crvqa.evaluator.v1.EvaluateRequest;
import org.crvqa.evaluator.v1.EvaluateResponse;
import org.crvqa.evaluator.v1.EvaluatorServiceGrpc;
import org.crvqa.worker.WorkCalls;

/** {@code crvqa.evaluator.v1.EvaluatorService}. */
@GrpcService
class EvaluatorGrpc extends EvaluatorServiceGrpc.EvaluatorServiceImplBase {
    private final WorkCalls calls;

    @Inject
    EvaluatorGrpc(WorkCalls calls) {
        this.calls = calls;
    }

    @Override
    @Blocking
    public void evaluate(EvaluateRequest request, StreamObserver<EvaluateResponse> observer) {
        calls.run(
                request.getAssignment(),
                observer,
                event -> EvaluateResponse.newBuilder().setEvent(event).build());
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
