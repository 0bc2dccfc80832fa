package org.crvqa.coordinator.dispatch;

import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.crvqa.task.v1.TaskAssignment;
import org.crvqa.task.v1.WorkerDescription;

/**
 * The network between one coordinator process and whoever is at an address: messages take their time, and get lost in holes.
 */
final class SimConnection implements WorkerClient {
    private static final long DEADLINE = 5_000;

    private final SimTime time;
    private final Function<String, Optional<SimWorker>> network;
    private final String address;
    private final SimProcess caller;
    private final Consumer<SimStream> calls;
    private final List<SimStream> open = new ArrayList<>();
    private boolean closed;

    /** {@code calls} hears of every work call before it is made. */
    SimConnection(
            SimTime time,
            Function<String, Optional<SimWorker>> network,
            String address,
            SimProcess caller,
            Consumer<SimStream> calls) {
        this.time = time;
        this.network = network;
        this.address = address;
        this.caller = caller;
        this.calls = calls;
    }

    @Override
    public CompletableFuture<WorkerDescription> describe() {
        CompletableFuture<WorkerDescription> answer = new CompletableFuture<>();
        ask("describe", answer, worker -> answer(worker, answer, worker.describe()));
        return answer;
    }

    @Override
    public CompletableFuture<Boolean> cancel(String key, long term) {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        Consumer<SimWorker> arrival = worker -> answer(worker, answer, worker.cancel(key));
        ask("cancel", answer, arrival);
        if (time.oneIn(8)) {
            ask("cancel again", answer, arrival);
        }
        return answer;
    }

    @Override
    public WorkCall run(TaskAssignment assignment, WorkObserver observer) {
        Optional<SimWorker> worker = network.apply(address);
        if (closed || worker.isEmpty()) {
            caller.in(5, address + " is nobody's", () -> observer.onEnd(Status.UNAVAILABLE));
            return () -> {};
        }
        SimStream stream = new SimStream(time, worker.get(), caller, assignment.getKey(), observer);
        open.removeIf(earlier -> !earlier.open());
        open.add(stream);
        calls.accept(stream);
        send("run", stream::breakOff, reached -> {
            if (reached == worker.get()) {
                reached.run(assignment, stream);
            } else {
                stream.breakOff();
            }
        });
        return stream;
    }

    private <T> void ask(String what, CompletableFuture<T> answer, Consumer<SimWorker> arrival) {
        Runnable refused =
                () -> answer.completeExceptionally(new CompletionException(Status.UNAVAILABLE.asRuntimeException()));
        send(what, () -> caller.in(5, what + " refused", refused), arrival);
        caller.in(
                DEADLINE,
                "",
                () -> answer.completeExceptionally(
                        new CompletionException(Status.DEADLINE_EXCEEDED.asRuntimeException())));
    }

    private <T> void answer(SimWorker worker, CompletableFuture<T> answer, T content) {
        if (!worker.deafens()) {
            caller.in(
                    time.between(0, 40),
                    worker.name + " -> " + caller.name + " answer",
                    () -> answer.complete(content));
        }
    }

    /** A message is lost in a hole, refused by a machine without the process or by none, and waits for a paused one. */
    private void send(String what, Runnable refused, Consumer<SimWorker> arrival) {
        String name = caller.name + " -> " + address + " " + what;
        time.in(time.oneIn(30) ? time.between(0, 3_000) : time.between(0, 40), name, () -> {
            Optional<SimWorker> found = closed ? Optional.empty() : network.apply(address);
            if (found.isEmpty()) {
                refused.run();
                return;
            }
            SimWorker worker = found.get();
            if (worker.lostIn) {
                return;
            }
            if (worker.process.alive()) {
                worker.process.in(0, "", () -> arrival.accept(worker));
            } else if (!worker.lostOut) {
                refused.run();
            }
        });
    }

    @Override
    public void close() {
        closed = true;
        open.forEach(SimStream::breakOff);
    }
}
