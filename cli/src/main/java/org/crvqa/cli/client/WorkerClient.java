package org.crvqa.cli.client;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.crvqa.evaluator.v1.EvaluateRequest;
import org.crvqa.evaluator.v1.EvaluateResponse;
import org.crvqa.evaluator.v1.EvaluatorServiceGrpc;
import org.crvqa.pruner.v1.PruneRequest;
import org.crvqa.pruner.v1.PruneResponse;
import org.crvqa.pruner.v1.PrunerServiceGrpc;
import org.crvqa.task.v1.TaskAssignment;
import org.crvqa.task.v1.TaskEvent;
import org.crvqa.task.v1.WorkerDescription;
import org.crvqa.task.v1.WorkerKind;
import org.crvqa.trainer.v1.TrainRequest;
import org.crvqa.trainer.v1.TrainResponse;
import org.crvqa.trainer.v1.TrainerServiceGrpc;

/** Calls to one worker, whatever its kind. Thread-safe. */
public final class WorkerClient implements AutoCloseable {
    private static final Duration DESCRIBE_DEADLINE = Duration.ofSeconds(5);
    // By the contract a worker that says nothing for so long is lost.
    private static final Duration SILENCE = Duration.ofSeconds(45);
    private static final int LARGEST_REPLY_BYTES = 64 << 20;

    private final WorkerKind kind;
    private final String address;
    private final ManagedChannel channel;

    private WorkerClient(WorkerKind kind, String address, ManagedChannel channel) {
        this.kind = kind;
        this.address = address;
        this.channel = channel;
    }

    /**
     * A client of the worker at {@code host:port}; connects at the first call.
     *
     * @throws org.crvqa.artifacts.InvalidInputException when the address has another form
     */
    public static WorkerClient of(WorkerKind kind, String address) {
        HostPort.check(word(kind), address, "localhost:9101");
        return new WorkerClient(
                kind,
                address,
                Grpc.newChannelBuilder(address, InsecureChannelCredentials.create())
                        .maxInboundMessageSize(LARGEST_REPLY_BYTES)
                        .build());
    }

    /** "trainer", "pruner" or "evaluator". */
    public static String word(WorkerKind kind) {
        return switch (kind) {
            case WORKER_KIND_TRAINER -> "trainer";
            case WORKER_KIND_PRUNER -> "pruner";
            case WORKER_KIND_EVALUATOR -> "evaluator";
            case WORKER_KIND_UNSPECIFIED, UNRECOGNIZED -> "worker";
        };
    }

    /** For messages: "trainer at localhost:9101". */
    public String label() {
        return word(kind) + " at " + address;
    }

    /** host:port */
    public String address() {
        return address;
    }

    /** What the worker is and does. @throws StatusRuntimeException when it does not answer within 5 s */
    public WorkerDescription describe() {
        // It may just have been started again: no waiting for the next try.
        channel.resetConnectBackoff();
        long millis = DESCRIBE_DEADLINE.toMillis();
        return switch (kind) {
            case WORKER_KIND_TRAINER ->
                TrainerServiceGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(millis, TimeUnit.MILLISECONDS)
                        .describe(org.crvqa.trainer.v1.DescribeRequest.getDefaultInstance())
                        .getWorker();
            case WORKER_KIND_PRUNER ->
                PrunerServiceGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(millis, TimeUnit.MILLISECONDS)
                        .describe(org.crvqa.pruner.v1.DescribeRequest.getDefaultInstance())
                        .getWorker();
            case WORKER_KIND_EVALUATOR ->
                EvaluatorServiceGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(millis, TimeUnit.MILLISECONDS)
                        .describe(org.crvqa.evaluator.v1.DescribeRequest.getDefaultInstance())
                        .getWorker();
            case WORKER_KIND_UNSPECIFIED, UNRECOGNIZED -> throw unknownKind();
        };
    }

    /**
     * Gives the worker a task and tells {@code listener}, in this thread, every event. Returns when the stream ends: with
     * OK when the worker ended it, UNAVAILABLE when it broke or was silent for 45 s, else as the call was refused.
     */
    public Status run(TaskAssignment assignment, Consumer<TaskEvent> listener) throws InterruptedException {
        return switch (kind) {
            case WORKER_KIND_TRAINER -> {
                EventQueue<TrainRequest, TrainResponse> events = new EventQueue<>(TrainResponse::getEvent);
                TrainerServiceGrpc.newStub(channel)
                        .train(
                                TrainRequest.newBuilder()
                                        .setAssignment(assignment)
                                        .build(),
                                events);
                yield events.drain(listener, SILENCE);
            }
            case WORKER_KIND_PRUNER -> {
                EventQueue<PruneRequest, PruneResponse> events = new EventQueue<>(PruneResponse::getEvent);
                PrunerServiceGrpc.newStub(channel)
                        .prune(
                                PruneRequest.newBuilder()
                                        .setAssignment(assignment)
                                        .build(),
                                events);
                yield events.drain(listener, SILENCE);
            }
            case WORKER_KIND_EVALUATOR -> {
                EventQueue<EvaluateRequest, EvaluateResponse> events = new EventQueue<>(EvaluateResponse::getEvent);
                EvaluatorServiceGrpc.newStub(channel)
                        .evaluate(
                                EvaluateRequest.newBuilder()
                                        .setAssignment(assignment)
                                        .build(),
                                events);
                yield events.drain(listener, SILENCE);
            }
            case WORKER_KIND_UNSPECIFIED, UNRECOGNIZED -> throw unknownKind();
        };
    }

    private IllegalStateException unknownKind() {
        return new IllegalStateException(
                "A worker of kind " + kind.name().toLowerCase(Locale.ROOT) + " has no service");
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
