package org.crvqa.coordinator.api;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.AlgorithmVersion;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactLayout;
import org.crvqa.artifacts.CanonicalJson;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.coordinator.fleet.Member;
import org.crvqa.evaluator.v1.EvaluateRequest;
import org.crvqa.evaluator.v1.EvaluateResponse;
import org.crvqa.evaluator.v1.EvaluatorServiceGrpc;
import org.crvqa.task.v1.TaskAccepted;
import org.crvqa.task.v1.TaskAssignment;
import org.crvqa.task.v1.TaskCompleted;
import org.crvqa.task.v1.TaskEvent;
import org.crvqa.task.v1.TaskHeartbeat;
import org.crvqa.task.v1.WorkerDescription;
import org.crvqa.task.v1.WorkerKind;
import org.crvqa.task.v1.WorkerState;
import org.crvqa.trainer.v1.DescribeRequest;
import org.crvqa.trainer.v1.DescribeResponse;
import org.crvqa.trainer.v1.TrainRequest;
import org.crvqa.trainer.v1.TrainResponse;
import org.crvqa.trainer.v1.TrainerServiceGrpc;
import org.jspecify.annotations.Nullable;

/**
 * Very many trainers and evaluators in this process, each at an address of its own on loopback and so with a connection of
 * its own, that spend some time on what they are given, say that they live, and write a manifest in the end.
 */
final class FakeFleet implements AutoCloseable {
    /** At which of this machine's addresses a call arrived: that is who is called. */
    private static final Context.Key<String> CALLED = Context.key("called");

    private static final int NETWORK = 250;
    private static final int COMMITS_AT_ONCE = 32;

    private final ObjectStore store;
    private final long shortestMillis;
    private final long heartbeatMillis;
    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
    /** In the place of a thousand processes, each of which would wait for the store by itself. */
    private final ExecutorService commits = Executors.newFixedThreadPool(COMMITS_AT_ONCE);

    private final Map<String, Worker> workers = new ConcurrentHashMap<>();
    private final Server server;
    final AtomicLong completed = new AtomicLong();
    final AtomicLong refused = new AtomicLong();

    /** Tasks take {@code shortestMillis} and up to as much again. */
    FakeFleet(ObjectStore store, long shortestMillis, long heartbeatMillis) throws IOException {
        this.store = store;
        this.shortestMillis = shortestMillis;
        this.heartbeatMillis = heartbeatMillis;
        this.server = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                .directExecutor()
                .permitKeepAliveTime(10, TimeUnit.SECONDS)
                .intercept(new WhoIsCalled())
                .addService(new Trainer())
                .addService(new Evaluator())
                .build()
                .start();
    }

    /** So many workers of a kind. */
    List<Member> members(WorkerKind kind, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> Member.fixed(
                        kind,
                        "127." + kind.getNumber() + "." + i / NETWORK + "." + (1 + i % NETWORK) + ":"
                                + server.getPort()))
                .toList();
    }

    private Worker called(WorkerKind kind) {
        return workers.computeIfAbsent(CALLED.get(), address -> new Worker(address, kind));
    }

    /** What is under way is committed before; nothing new is begun. */
    @Override
    public void close() throws InterruptedException {
        timer.shutdownNow();
        commits.shutdown();
        commits.awaitTermination(1, TimeUnit.MINUTES);
        server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }

    private final class Worker {
        private final String address;
        private final WorkerKind kind;

        @Nullable
        private TaskAssignment running;

        Worker(String address, WorkerKind kind) {
            this.address = address;
            this.kind = kind;
        }

        synchronized WorkerDescription describe() {
            WorkerDescription.Builder description = WorkerDescription.newBuilder()
                    .setWorkerId(address)
                    .setKind(kind)
                    .setAlgorithmVersion(AlgorithmVersion.CURRENT)
                    .setState(running == null ? WorkerState.WORKER_STATE_IDLE : WorkerState.WORKER_STATE_BUSY);
            if (running != null) {
                description.setRunningKey(running.getKey()).setRunningAttempt(running.getAttempt());
            }
            return description.build();
        }

        synchronized void run(TaskAssignment assignment, StreamObserver<?> stream, Consumer<TaskEvent> events) {
            if (running != null) {
                refused.incrementAndGet();
                stream.onError(Status.RESOURCE_EXHAUSTED.asRuntimeException());
                return;
            }
            // Whoever stops listening disturbs no work.
            ((ServerCallStreamObserver<?>) stream).setOnCancelHandler(() -> {});
            running = assignment;
            events.accept(TaskEvent.newBuilder()
                    .setAccepted(TaskAccepted.newBuilder().setAttempt(assignment.getAttempt()))
                    .build());
            ScheduledFuture<?> beats = timer.scheduleAtFixedRate(
                    () -> heartbeat(assignment, events), heartbeatMillis, heartbeatMillis, TimeUnit.MILLISECONDS);
            long millis = shortestMillis + ThreadLocalRandom.current().nextLong(shortestMillis);
            timer.schedule(
                    () -> {
                        beats.cancel(false);
                        commits.execute(() -> finish(assignment, stream, events));
                    },
                    millis,
                    TimeUnit.MILLISECONDS);
        }

        private synchronized void heartbeat(TaskAssignment assignment, Consumer<TaskEvent> events) {
            if (running == assignment) {
                events.accept(TaskEvent.newBuilder()
                        .setHeartbeat(TaskHeartbeat.getDefaultInstance())
                        .build());
            }
        }

        private void finish(TaskAssignment assignment, StreamObserver<?> stream, Consumer<TaskEvent> events) {
            Manifest manifest = Manifest.newBuilder()
                    .setKey(assignment.getKey())
                    .setSpec(assignment.getSpec())
                    .build();
            store.createIfAbsent(
                    ArtifactLayout.manifest(new ArtifactKey(assignment.getKey())),
                    CanonicalJson.of(manifest).getBytes(StandardCharsets.UTF_8));
            synchronized (this) {
                running = null;
                events.accept(TaskEvent.newBuilder()
                        .setCompleted(TaskCompleted.newBuilder().setManifest(manifest))
                        .build());
                stream.onCompleted();
            }
            completed.incrementAndGet();
        }
    }

    private final class Trainer extends TrainerServiceGrpc.TrainerServiceImplBase {
        @Override
        public void train(TrainRequest request, StreamObserver<TrainResponse> observer) {
            called(WorkerKind.WORKER_KIND_TRAINER)
                    .run(
                            request.getAssignment(),
                            observer,
                            event -> observer.onNext(
                                    TrainResponse.newBuilder().setEvent(event).build()));
        }

        @Override
        public void describe(DescribeRequest request, StreamObserver<DescribeResponse> observer) {
            observer.onNext(DescribeResponse.newBuilder()
                    .setWorker(called(WorkerKind.WORKER_KIND_TRAINER).describe())
                    .build());
            observer.onCompleted();
        }
    }

    private final class Evaluator extends EvaluatorServiceGrpc.EvaluatorServiceImplBase {
        @Override
        public void evaluate(EvaluateRequest request, StreamObserver<EvaluateResponse> observer) {
            called(WorkerKind.WORKER_KIND_EVALUATOR)
                    .run(
                            request.getAssignment(),
                            observer,
                            event -> observer.onNext(EvaluateResponse.newBuilder()
                                    .setEvent(event)
                                    .build()));
        }

        @Override
        public void describe(
                org.crvqa.evaluator.v1.DescribeRequest request,
                StreamObserver<org.crvqa.evaluator.v1.DescribeResponse> observer) {
            observer.onNext(org.crvqa.evaluator.v1.DescribeResponse.newBuilder()
                    .setWorker(called(WorkerKind.WORKER_KIND_EVALUATOR).describe())
                    .build());
            observer.onCompleted();
        }
    }

    private static final class WhoIsCalled implements ServerInterceptor {
        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            SocketAddress local = call.getAttributes().get(Grpc.TRANSPORT_ATTR_LOCAL_ADDR);
            String address = ((InetSocketAddress) local).getAddress().getHostAddress();
            return Contexts.interceptCall(Context.current().withValue(CALLED, address), call, headers, next);
        }
    }
}
