package org.crvqa.coordinator.dispatch;

import java.util.ArrayList;
import java.util.List;
import org.crvqa.task.v1.TaskAssignment;

/** A task that a simulated worker runs. */
final class SimRun {
    final TaskAssignment assignment;
    final List<SimStream> listeners = new ArrayList<>();
    final long began;
    int steps;
    long chain;
    boolean cancelling;

    /** Steps that it does before it looks whether it is cancelled. */
    int deafSteps;
    /** Its last step is done; the store is being asked to take the result. */
    boolean committing;

    SimRun(TaskAssignment assignment, long began) {
        this.began = began;
        this.assignment = assignment;
        this.chain = SimResults.begin(key());
    }

    String key() {
        return assignment.getKey();
    }

    void step() {
        steps++;
        chain = SimResults.next(chain, steps);
    }

    boolean atEnd() {
        return steps >= SimResults.steps(key());
    }
}
