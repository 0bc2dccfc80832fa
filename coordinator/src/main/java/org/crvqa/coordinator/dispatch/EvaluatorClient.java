package org.crvqa.coordinator.dispatch;

import io.grpc.ManagedChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.crvqa.evaluator.v1.CancelRequest;
import org.crvqa.evaluator.v1.CancelResponse;
import org.crvqa.evaluator.v1.DescribeRequest;
import org.crvqa.evaluator.v1.DescribeResponse;
import org.crvqa.evaluator.v1.EvaluateRequest;
import org.crvqa.evaluator.v1.EvaluateResponse;
import org.crvqa.evaluator.v1.EvaluatorServiceGrpc;
import org.crvqa.task.v1.TaskAssignment;
import org.crvqa.task.v1.WorkerDescription;

/** Calls an eval-service. */
final class EvaluatorClient extends GrpcWorkerClient {
    EvaluatorClient(ManagedChannel channel) {
        super(channel);
    }

    @Override
    public CompletableFuture<WorkerDescription> describe() {
        connectSoon();
        Answer<DescribeResponse, WorkerDescription> answer = new Answer<>(DescribeResponse::getWorker);
        EvaluatorServiceGrpc.newStub(channel())
                .withDeadlineAfter(SHORT_DEADLINE_SECONDS, TimeUnit.SECONDS)
                .describe(DescribeRequest.getDefaultInstance(), answer);
        return answer.future();
    }

    @Override
    public WorkCall run(TaskAssignment assignment, WorkObserver observer) {
        EventStream<EvaluateRequest, EvaluateResponse> stream = new EventStream<>(EvaluateResponse::getEvent, observer);
        EvaluatorServiceGrpc.newStub(channel())
                .withDeadlineAfter(WORK_DEADLINE_HOURS, TimeUnit.HOURS)
                .evaluate(EvaluateRequest.newBuilder().setAssignment(assignment).build(), stream);
        return stream;
    }

    @Override
    public CompletableFuture<Boolean> cancel(String key, long term) {
        Answer<CancelResponse, Boolean> answer = new Answer<>(CancelResponse::getWasRunning);
        EvaluatorServiceGrpc.newStub(channel())
                .withDeadlineAfter(SHORT_DEADLINE_SECONDS, TimeUnit.SECONDS)
                .cancel(CancelRequest.newBuilder().setKey(key).setTerm(term).build(), answer);
        return answer.future();
    }
}
