package org.crvqa.worker;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.task.v1.TaskAssignment;
import org.crvqa.task.v1.TaskEvent;
import org.crvqa.task.v1.WorkerDescription;

/** What the RPCs of every work service do; a service only wraps and unwraps its own messages. Thread-safe. */
@Singleton
public class WorkCalls {
    private final Supplier<Optional<TaskRunner>> runner;

    @Inject
    WorkCalls(WorkerProcess process) {
        this(process::runner);
    }

    WorkCalls(Supplier<Optional<TaskRunner>> runner) {
        this.runner = runner;
    }

    /**
     * Starts or joins a task and streams its events. May read the store: not for an event loop.
     *
     * @param observer as gRPC gave it to the service
     * @param response wraps an event into the service's message
     */
    public <R> void run(TaskAssignment assignment, StreamObserver<R> observer, Function<TaskEvent, R> response) {
        try {
            TaskSubscriber stream = new EventStream<>((ServerCallStreamObserver<R>) observer, response);
            requireRunner().run(assignment, stream);
        } catch (Refusal refusal) {
            observer.onError(CallStatus.of(refusal));
        }
    }

    /**
     * Stops the task with this key; {@code response} wraps whether it ran here.
     *
     * @param term the caller's, 0 when it takes no part in elections
     */
    public <R> void cancel(String key, long term, StreamObserver<R> observer, Function<Boolean, R> response) {
        try {
            ArtifactKey parsed = Assignments.key("key", key);
            boolean wasRunning = runner.get().map(r -> r.cancel(parsed, term)).orElse(false);
            observer.onNext(response.apply(wasRunning));
            observer.onCompleted();
        } catch (Refusal refusal) {
            observer.onError(CallStatus.of(refusal));
        }
    }

    /** Says what this worker is and does. */
    public <R> void describe(StreamObserver<R> observer, Function<WorkerDescription, R> response) {
        try {
            observer.onNext(response.apply(requireRunner().describe()));
            observer.onCompleted();
        } catch (Refusal refusal) {
            observer.onError(CallStatus.of(refusal));
        }
    }

    private TaskRunner requireRunner() {
        return runner.get()
                .orElseThrow(() -> new Refusal(
                        Refusal.Reason.STARTING, "This worker is still opening its store; ask again", Map.of()));
    }
}
