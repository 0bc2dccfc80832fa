package org.crvqa.coordinator.dispatch;

import io.grpc.ManagedChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.crvqa.pruner.v1.CancelRequest;
import org.crvqa.pruner.v1.CancelResponse;
import org.crvqa.pruner.v1.DescribeRequest;
import org.crvqa.pruner.v1.DescribeResponse;
import org.crvqa.pruner.v1.PruneRequest;
import org.crvqa.pruner.v1.PruneResponse;
import org.crvqa.pruner.v1.PrunerServiceGrpc;
import org.crvqa.task.v1.TaskAssignment;
import org.crvqa.task.v1.WorkerDescription;

/** Calls a pruner-service. */
final class PrunerClient extends GrpcWorkerClient {
    PrunerClient(ManagedChannel channel) {
        super(channel);
    }

    @Override
    public CompletableFuture<WorkerDescription> describe() {
        connectSoon();
        Answer<DescribeResponse, WorkerDescription> answer = new Answer<>(DescribeResponse::getWorker);
        PrunerServiceGrpc.newStub(channel())
                .withDeadlineAfter(SHORT_DEADLINE_SECONDS, TimeUnit.SECONDS)
                .describe(DescribeRequest.getDefaultInstance(), answer);
        return answer.future();
    }

    @Override
    public WorkCall run(TaskAssignment assignment, WorkObserver observer) {
        EventStream<PruneRequest, PruneResponse> stream = new EventStream<>(PruneResponse::getEvent, observer);
        PrunerServiceGrpc.newStub(channel())
                .withDeadlineAfter(WORK_DEADLINE_HOURS, TimeUnit.HOURS)
                .prune(PruneRequest.newBuilder().setAssignment(assignment).build(), stream);
        return stream;
    }

    @Override
    public CompletableFuture<Boolean> cancel(String key, long term) {
        Answer<CancelResponse, Boolean> answer = new Answer<>(CancelResponse::getWasRunning);
        PrunerServiceGrpc.newStub(channel())
                .withDeadlineAfter(SHORT_DEADLINE_SECONDS, TimeUnit.SECONDS)
                .cancel(CancelRequest.newBuilder().setKey(key).setTerm(term).build(), answer);
        return answer.future();
    }
}
