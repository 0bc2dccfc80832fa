package org.crvqa.cli.client;

import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.crvqa.artifact.v1.FileEntry;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.Sha256;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.pruner.v1.PruneRequest;
import org.crvqa.pruner.v1.PruneResponse;
import org.crvqa.pruner.v1.PrunerServiceGrpc.PrunerServiceImplBase;
import org.crvqa.task.v1.TaskAccepted;
import org.crvqa.task.v1.TaskAssignment;
import org.crvqa.task.v1.TaskCheckpointed;
import org.crvqa.task.v1.TaskCompleted;
import org.crvqa.task.v1.TaskEvent;
import org.crvqa.task.v1.TaskResumed;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.WorkerDescription;
import org.crvqa.task.v1.WorkerState;
import org.crvqa.trainer.v1.TrainRequest;
import org.crvqa.trainer.v1.TrainResponse;
import org.crvqa.trainer.v1.TrainerServiceGrpc.TrainerServiceImplBase;

/** A real server that plays trainer and pruner: it saves states, ends as killed, and is away for a while afterwards. */
public final class FakeWorker implements AutoCloseable {
    /** What it does wrong. */
    public enum Flaw {
        NONE,
        OTHER_BYTES_AFTER_RESUMING,
        OTHER_METRIC_AFTER_RESUMING,
        FORGETS_STATES,
        REFUSES_TO_HALT
    }

    private static final int CALLS_AWAY = 2;

    private final ObjectStore store;
    private final int cadence;
    private final Flaw flaw;
    private final WorkerDescription description;
    private final Map<String, Long> states = new ConcurrentHashMap<>();
    private final AtomicInteger away = new AtomicInteger();
    private final Server server;

    /** Saves a state every {@code cadence} steps. */
    public FakeWorker(ObjectStore store, int cadence, Flaw flaw) throws IOException {
        this(
                store,
                cadence,
                flaw,
                WorkerDescription.newBuilder()
                        .setState(WorkerState.WORKER_STATE_IDLE)
                        .build());
    }

    /** With another description. */
    public FakeWorker(ObjectStore store, int cadence, Flaw flaw, WorkerDescription description) throws IOException {
        this.store = store;
        this.cadence = cadence;
        this.flaw = flaw;
        this.description = description;
        server = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                .addService(new Trainer())
                .addService(new Pruner())
                .build()
                .start();
    }

    /** host:port */
    public String address() {
        return "localhost:" + server.getPort();
    }

    private final class Trainer extends TrainerServiceImplBase {
        @Override
        public void train(TrainRequest request, StreamObserver<TrainResponse> observer) {
            int steps =
                    request.getAssignment().getSpec().getTrain().getTraining().getSteps();
            play(
                    request.getAssignment(),
                    steps,
                    observer,
                    event -> TrainResponse.newBuilder().setEvent(event).build());
        }

        @Override
        public void describe(
                org.crvqa.trainer.v1.DescribeRequest request,
                StreamObserver<org.crvqa.trainer.v1.DescribeResponse> observer) {
            answer(
                    observer,
                    org.crvqa.trainer.v1.DescribeResponse.newBuilder()
                            .setWorker(description)
                            .build());
        }
    }

    private final class Pruner extends PrunerServiceImplBase {
        @Override
        public void prune(PruneRequest request, StreamObserver<PruneResponse> observer) {
            int steps =
                    request.getAssignment().getSpec().getPrune().getTraining().getSteps();
            play(
                    request.getAssignment(),
                    steps,
                    observer,
                    event -> PruneResponse.newBuilder().setEvent(event).build());
        }

        @Override
        public void describe(
                org.crvqa.pruner.v1.DescribeRequest request,
                StreamObserver<org.crvqa.pruner.v1.DescribeResponse> observer) {
            answer(
                    observer,
                    org.crvqa.pruner.v1.DescribeResponse.newBuilder()
                            .setWorker(description)
                            .build());
        }
    }

    private <R> void answer(StreamObserver<R> observer, R response) {
        if (away.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            observer.onError(Status.UNAVAILABLE.withDescription("starting").asRuntimeException());
            return;
        }
        observer.onNext(response);
        observer.onCompleted();
    }

    private <R> void play(
            TaskAssignment assignment, int steps, StreamObserver<R> observer, Function<TaskEvent, R> wrap) {
        if (assignment.getHaltAfterSteps() > 0 && flaw == Flaw.REFUSES_TO_HALT) {
            observer.onError(
                    Status.PERMISSION_DENIED.withDescription("not allowed").asRuntimeException());
            return;
        }
        String key = assignment.getKey();
        store.put("tasks/" + key + "/attempts/" + assignment.getAttempt() + ".json", new byte[1]);
        long begin = flaw == Flaw.FORGETS_STATES ? 0 : states.getOrDefault(key, 0L);
        observer.onNext(wrap.apply(TaskEvent.newBuilder()
                .setAccepted(TaskAccepted.newBuilder().setAttempt(assignment.getAttempt()))
                .build()));
        if (begin > 0) {
            observer.onNext(wrap.apply(TaskEvent.newBuilder()
                    .setResumed(TaskResumed.newBuilder().setStep(begin))
                    .build()));
        }
        for (long step = begin + 1; step <= steps; step++) {
            if (step % cadence == 0) {
                states.put(key, step);
                observer.onNext(wrap.apply(TaskEvent.newBuilder()
                        .setCheckpointed(TaskCheckpointed.newBuilder().setStep(step))
                        .build()));
            }
            if (step == assignment.getHaltAfterSteps()) {
                away.set(CALLS_AWAY);
                observer.onError(
                        Status.UNAVAILABLE.withDescription("connection reset").asRuntimeException());
                return;
            }
        }
        observer.onNext(wrap.apply(TaskEvent.newBuilder()
                .setCompleted(TaskCompleted.newBuilder().setManifest(manifest(assignment, begin > 0)))
                .build()));
        observer.onCompleted();
    }

    private Manifest manifest(TaskAssignment assignment, boolean resumed) {
        TaskSpec spec = assignment.getSpec().toBuilder().clearReplica().build();
        boolean otherBytes = resumed && flaw == Flaw.OTHER_BYTES_AFTER_RESUMING;
        boolean otherMetric = resumed && flaw == Flaw.OTHER_METRIC_AFTER_RESUMING;
        return Manifest.newBuilder()
                .setKey(assignment.getKey())
                .addFiles(FileEntry.newBuilder()
                        .setName("model.safetensors")
                        .setSha256(Sha256.hex(spec + (otherBytes ? "!" : ""))))
                .putMetrics("loss/train", otherMetric ? 0.5000000000000001 : 0.5)
                .build();
    }

    @Override
    public void close() throws InterruptedException {
        server.shutdownNow().awaitTermination();
    }
}
