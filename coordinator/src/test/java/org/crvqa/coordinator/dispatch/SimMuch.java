package org.crvqa.coordinator.dispatch;

import java.util.function.UnaryOperator;
import org.crvqa.task.v1.TaskEvent;
import org.crvqa.task.v1.WorkerKind;

/** Much to do, for a quarter of an hour: what takes time, or luck, is seen. Tests change what workers say. */
class SimMuch implements Simulation.Parts {
    private final UnaryOperator<TaskEvent.Builder> said;

    /** {@code said}: of what wrong workers say of a task's end. */
    SimMuch(UnaryOperator<TaskEvent.Builder> said) {
        this.said = said;
    }

    /** What a worker says of work that stands still. */
    long quiet(long told) {
        return told;
    }

    @Override
    public SimExperiments.Variant experiment(SimTime time) {
        return SimExperiments.MANY;
    }

    @Override
    public long longest() {
        return 900_000;
    }

    @Override
    public SimWorker worker(String name, WorkerKind kind, SimTime time, SimStore store, SimJudge judge) {
        return new SimWorker(name, kind, time, store, judge) {
            @Override
            TaskEvent.Builder said(TaskEvent.Builder event) {
                return isWrong() ? said.apply(event) : event;
            }

            @Override
            long quietFor() {
                return quiet(super.quietFor());
            }
        };
    }
}
