package org.crvqa.coordinator.dispatch;

import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import org.crvqa.task.v1.TaskAssignment;
import org.crvqa.task.v1.TaskEvent;
import org.crvqa.task.v1.WorkerDescription;

/** One worker, whatever its kind. Calls return at once; answers come on other threads. Thread-safe. */
public interface WorkerClient extends AutoCloseable {
    /** What the worker is and does. Fails when it does not answer in a few seconds. */
    CompletableFuture<WorkerDescription> describe();

    /** Runs a task, or joins it when it runs there already. */
    WorkCall run(TaskAssignment assignment, WorkObserver observer);

    /** Stops the task with this key if it runs there, in the name of a term. False when it did not. */
    CompletableFuture<Boolean> cancel(String key, long term);

    /** Frees the connection; running calls break. Returns at once. */
    @Override
    void close();

    /** A stream of events. */
    interface WorkCall {
        /** Stops listening. The work goes on. */
        void close();
    }

    /** Listens to a stream. */
    interface WorkObserver {
        /** The next event. */
        void onEvent(TaskEvent event);

        /** The stream has ended, well or not. */
        void onEnd(Status status);
    }
}
