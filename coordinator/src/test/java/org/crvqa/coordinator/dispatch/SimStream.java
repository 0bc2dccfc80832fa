package org.crvqa.coordinator.dispatch;

import io.grpc.Status;
import org.crvqa.task.v1.TaskEvent;

/** The events of one call of a worker's work RPC, on their way to a coordinator: in order, or not at all. */
final class SimStream implements WorkerClient.WorkCall {
    private final SimTime time;
    private final SimWorker worker;
    private final SimProcess caller;
    private final SimQueue arriving;
    private final WorkerClient.WorkObserver observer;
    final String key;
    /** Nobody listens any more, or nothing more comes. */
    boolean over;
    /** Something of it was lost: what follows does not arrive either. */
    private boolean stuck;

    SimStream(SimTime time, SimWorker worker, SimProcess caller, String key, WorkerClient.WorkObserver observer) {
        this.time = time;
        this.worker = worker;
        this.caller = caller;
        this.key = key;
        this.observer = observer;
        this.arriving = new SimQueue(time, caller);
    }

    boolean open() {
        return !over && caller.alive();
    }

    SimWorker worker() {
        return worker;
    }

    SimProcess caller() {
        return caller;
    }

    void send(TaskEvent event) {
        deliver("event " + event.getEventCase(), () -> observer.onEvent(event));
        if (time.oneIn(40)) {
            deliver("again event " + event.getEventCase(), () -> observer.onEvent(event));
        }
    }

    void end(Status status) {
        deliver("end " + status.getCode(), () -> {
            over = true;
            observer.onEnd(status);
        });
    }

    /** The connection breaks, and both sides notice. */
    void breakOff() {
        stuck = false;
        end(Status.UNAVAILABLE);
        stuck = true;
    }

    private void deliver(String what, Runnable arrival) {
        stuck |= worker.deafens();
        if (stuck || over) {
            return;
        }
        arriving.add(time.between(0, 40), worker.name + " -> " + caller.name + " " + what, () -> {
            if (!over) {
                arrival.run();
            }
        });
    }

    @Override
    public void close() {
        over = true;
    }
}
