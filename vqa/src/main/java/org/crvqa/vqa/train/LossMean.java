package org.crvqa.vqa.train;

import org.crvqa.artifacts.TaskObserver;
import org.crvqa.vqa.optim.StateFields;

/** Mean losses over stretches of steps, for the observer; the last, possibly shorter, stretch for the manifest. */
final class LossMean {
    private static final int STRETCH = 100;

    private final TaskObserver observer;
    private final int steps;
    private double sum;
    private int count;
    private double latest;

    /** {@code steps}: of the whole training. */
    LossMean(TaskObserver observer, int steps) {
        this.observer = observer;
        this.steps = steps;
    }

    void add(double value, int stepsDone) {
        sum += value;
        count++;
        if (count == STRETCH || stepsDone == steps) {
            latest = sum / count;
            observer.metric("loss/train", stepsDone, latest);
            sum = 0;
            count = 0;
        }
    }

    /** The mean of the latest stretch that is complete. */
    double latest() {
        return latest;
    }

    void state(StateFields fields) {
        sum = fields.real("loss:sum", sum);
        count = (int) fields.number("loss:count", count);
        latest = fields.real("loss:latest", latest);
    }
}
