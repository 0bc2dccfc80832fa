package org.crvqa.coordinator.dispatch;

import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.crvqa.task.v1.TaskAssignment;
import org.crvqa.task.v1.WorkerDescription;
import org.crvqa.task.v1.WorkerKind;

/** The network between one coordinator process and one worker: messages take their time, and get lost in holes. */
final class SimConnection implements WorkerClient {
    private static final long DEADLINE = 5_000;

    private final SimTime time;
    private final SimWorker worker;
    private final SimProcess caller;
    private final Consumer<SimStream> calls;
    private final UnaryOperator<String> named;

    /** {@code calls} hears of every work call before it is made; {@code named}: what the worker's address looks like. */
    SimConnection(
            SimTime time, SimWorker worker, SimProcess caller, Consumer<SimStream> calls, UnaryOperator<String> named) {
        this.named = named;
        this.time = time;
        this.worker = worker;
        this.caller = caller;
        this.calls = calls;
    }

    @Override
    public String address() {
        return named.apply(worker.address);
    }

    @Override
    public WorkerKind kind() {
        return worker.kind;
    }

    @Override
    public CompletableFuture<WorkerDescription> describe() {
        CompletableFuture<WorkerDescription> answer = new CompletableFuture<>();
        ask("describe", answer, () -> answer(answer, worker.describe()));
        return answer;
    }

    @Override
    public CompletableFuture<Boolean> cancel(String key, long term) {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        Runnable arrival = () -> answer(answer, worker.cancel(key));
        ask("cancel", answer, arrival);
        if (time.oneIn(8)) {
            ask("cancel again", answer, arrival);
        }
        return answer;
    }

    @Override
    public WorkCall run(TaskAssignment assignment, WorkObserver observer) {
        SimStream stream = new SimStream(time, worker, caller, assignment.getKey(), observer);
        calls.accept(stream);
        send("run", stream::breakOff, () -> worker.run(assignment, stream));
        return stream;
    }

    private <T> void ask(String what, CompletableFuture<T> answer, Runnable arrival) {
        Runnable refused =
                () -> answer.completeExceptionally(new CompletionException(Status.UNAVAILABLE.asRuntimeException()));
        send(what, () -> caller.in(5, what + " refused", refused), arrival);
        caller.in(
                DEADLINE,
                "",
                () -> answer.completeExceptionally(
                        new CompletionException(Status.DEADLINE_EXCEEDED.asRuntimeException())));
    }

    private <T> void answer(CompletableFuture<T> answer, T content) {
        if (!worker.deafens()) {
            caller.in(
                    time.between(0, 40),
                    worker.address + " -> " + caller.name + " answer",
                    () -> answer.complete(content));
        }
    }

    /** A message is lost in a hole, refused by a machine without the process, and waits for a paused one. */
    private void send(String what, Runnable refused, Runnable arrival) {
        String name = caller.name + " -> " + worker.address + " " + what;
        time.in(time.oneIn(30) ? time.between(0, 3_000) : time.between(0, 40), name, () -> {
            if (worker.lostIn) {
                return;
            }
            if (worker.process.alive()) {
                worker.process.in(0, "", arrival);
            } else if (!worker.lostOut) {
                refused.run();
            }
        });
    }

    @Override
    public void close() {}
}
