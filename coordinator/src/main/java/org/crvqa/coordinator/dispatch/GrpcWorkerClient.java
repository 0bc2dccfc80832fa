package org.crvqa.coordinator.dispatch;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.crvqa.task.v1.TaskEvent;

/**
 * What the clients of the three worker services share. A work call has a deadline too: a task that takes longer goes
 * on, and the dispatcher listens to it again.
 */
abstract class GrpcWorkerClient implements WorkerClient {
    static final long SHORT_DEADLINE_SECONDS = 5;
    static final long WORK_DEADLINE_HOURS = 12;

    private final ManagedChannel channel;

    GrpcWorkerClient(ManagedChannel channel) {
        this.channel = channel;
    }

    @Override
    public final void close() {
        channel.shutdownNow();
    }

    final ManagedChannel channel() {
        return channel;
    }

    /** gRPC waits up to two minutes between attempts to connect; a worker that is back should not. */
    final void connectSoon() {
        channel.resetConnectBackoff();
    }

    /** The one answer of a call. */
    static final class Answer<R, T> implements StreamObserver<R> {
        private final CompletableFuture<T> future = new CompletableFuture<>();
        private final Function<R, T> content;

        Answer(Function<R, T> content) {
            this.content = content;
        }

        CompletableFuture<T> future() {
            return future;
        }

        @Override
        public void onNext(R response) {
            future.complete(content.apply(response));
        }

        @Override
        public void onError(Throwable error) {
            future.completeExceptionally(error);
        }

        @Override
        public void onCompleted() {
            future.completeExceptionally(
                    Status.INTERNAL.withDescription("no answer").asRuntimeException());
        }
    }

    /** Passes the events of a work call on. */
    static final class EventStream<Q, R> implements ClientResponseObserver<Q, R>, WorkCall {
        private final Function<R, TaskEvent> content;
        private final WorkObserver observer;
        private volatile Runnable cancel = () -> {};

        EventStream(Function<R, TaskEvent> content, WorkObserver observer) {
            this.content = content;
            this.observer = observer;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<Q> call) {
            cancel = () -> call.cancel("not listening any more", null);
        }

        @Override
        public void onNext(R response) {
            observer.onEvent(content.apply(response));
        }

        @Override
        public void onError(Throwable error) {
            observer.onEnd(Status.fromThrowable(error));
        }

        @Override
        public void onCompleted() {
            observer.onEnd(Status.OK);
        }

        @Override
        public void close() {
            cancel.run();
        }
    }
}
