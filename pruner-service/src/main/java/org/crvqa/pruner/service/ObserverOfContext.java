package org.crvqa.pruner.service;

import org.crvqa.task.v1.TaskProgress;
import org.crvqa.vqa.train.TaskObserver;
import org.crvqa.worker.TaskContext;

/** Lets the task, which knows no worker, tell the worker, which knows no science, where it is. */
record ObserverOfContext(TaskContext context) implements TaskObserver {
    @Override
    public void progress(TaskProgress progress) {
        context.progress(progress);
    }

    @Override
    public void metric(String name, long step, double value) {
        context.metric(name, step, value);
    }

    @Override
    public void checkCancelled() {
        context.checkCancelled();
    }
}
