package org.crvqa.worker;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Function;
import org.crvqa.task.v1.TaskEvent;
import org.jspecify.annotations.Nullable;

/**
 * A task's events on their way to one caller. Never blocks and never grows without bound: while the caller does not
 * read, only the newest progress and the newest {@value #MAX_PENDING} other events wait for it; heartbeats do not, since
 * a stream that has something to read is not silent. The terminal event is always sent, as the last one.
 */
final class EventStream<R> implements TaskSubscriber {
    static final int MAX_PENDING = 256;

    private final ServerCallStreamObserver<R> observer;
    private final Function<TaskEvent, R> response;
    private final Deque<TaskEvent> pending = new ArrayDeque<>();
    private @Nullable TaskEvent pendingProgress;
    private boolean closed;

    /** {@code response} wraps an event into the service's message. To be created in the call's own method. */
    EventStream(ServerCallStreamObserver<R> observer, Function<TaskEvent, R> response) {
        this.observer = observer;
        this.response = response;
        observer.setOnReadyHandler(this::flushWhileReady);
        // Without a handler, sending after the caller left would throw.
        observer.setOnCancelHandler(() -> {});
    }

    @Override
    public synchronized boolean onEvent(TaskEvent event) {
        if (closed || observer.isCancelled()) {
            return false;
        }
        switch (event.getEventCase()) {
            case ACCEPTED -> send(event);
            case COMPLETED, FAILED, CANCELLED, INTERRUPTED -> close(event);
            case HEARTBEAT -> {
                if (observer.isReady() && !hasPending()) {
                    send(event);
                }
            }
            case PROGRESS -> {
                pendingProgress = event;
                flushWhileReady();
            }
            case METRIC, CHECKPOINTED, RESUMED, EVENT_NOT_SET -> {
                if (pending.size() >= MAX_PENDING) {
                    pending.removeFirst();
                }
                pending.addLast(event);
                flushWhileReady();
            }
        }
        return !closed;
    }

    private synchronized void flushWhileReady() {
        while (!closed && hasPending() && observer.isReady()) {
            sendOnePending();
        }
    }

    private void close(TaskEvent terminal) {
        while (!closed && hasPending()) {
            sendOnePending();
        }
        send(terminal);
        if (!closed) {
            closed = true;
            observer.onCompleted();
        }
    }

    private boolean hasPending() {
        return pendingProgress != null || !pending.isEmpty();
    }

    private void sendOnePending() {
        TaskEvent next = pending.pollFirst();
        if (next == null) {
            next = pendingProgress;
            pendingProgress = null;
        }
        if (next != null) {
            send(next);
        }
    }

    /** The transport buffers what it cannot send yet; nobody waits here. */
    private void send(TaskEvent event) {
        try {
            observer.onNext(response.apply(event));
        } catch (StatusRuntimeException | IllegalStateException e) {
            // The call ended on another thread in this moment.
            closed = true;
        }
    }
}
