package org.crvqa.coordinator.dispatch;

import io.grpc.ManagedChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.crvqa.task.v1.TaskAssignment;
import org.crvqa.task.v1.WorkerDescription;
import org.crvqa.trainer.v1.CancelRequest;
import org.crvqa.trainer.v1.CancelResponse;
import org.crvqa.trainer.v1.DescribeRequest;
import org.crvqa.trainer.v1.DescribeResponse;
import org.crvqa.trainer.v1.TrainRequest;
import org.crvqa.trainer.v1.TrainResponse;
import org.crvqa.trainer.v1.TrainerServiceGrpc;

/** Calls a trainer-service. */
final class TrainerClient extends GrpcWorkerClient {
    TrainerClient(ManagedChannel channel) {
        super(channel);
    }

    @Override
    public CompletableFuture<WorkerDescription> describe() {
        connectSoon();
        Answer<DescribeResponse, WorkerDescription> answer = new Answer<>(DescribeResponse::getWorker);
        TrainerServiceGrpc.newStub(channel())
                .withDeadlineAfter(SHORT_DEADLINE_SECONDS, TimeUnit.SECONDS)
                .describe(DescribeRequest.getDefaultInstance(), answer);
        return answer.future();
    }

    @Override
    public WorkCall run(TaskAssignment assignment, WorkObserver observer) {
        EventStream<TrainRequest, TrainResponse> stream = new EventStream<>(TrainResponse::getEvent, observer);
        TrainerServiceGrpc.newStub(channel())
                .withDeadlineAfter(WORK_DEADLINE_HOURS, TimeUnit.HOURS)
                .train(TrainRequest.newBuilder().setAssignment(assignment).build(), stream);
        return stream;
    }

    @Override
    public CompletableFuture<Boolean> cancel(String key, long term) {
        Answer<CancelResponse, Boolean> answer = new Answer<>(CancelResponse::getWasRunning);
        TrainerServiceGrpc.newStub(channel())
                .withDeadlineAfter(SHORT_DEADLINE_SECONDS, TimeUnit.SECONDS)
                .cancel(CancelRequest.newBuilder().setKey(key).setTerm(term).build(), answer);
        return answer.future();
    }
}
