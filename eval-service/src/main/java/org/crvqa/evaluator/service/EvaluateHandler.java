package org.crvqa.evaluator.service;

import jakarta.inject.Singleton;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.WorkerKind;
import org.crvqa.vqa.engine.TensorEngine;
import org.crvqa.worker.TaskContext;
import org.crvqa.worker.WorkHandler;
import org.crvqa.worker.WorkerSettings;

/** Runs EvaluateTask. */
@Singleton
class EvaluateHandler implements WorkHandler {
    @Override
    public WorkerKind kind() {
        return WorkerKind.WORKER_KIND_EVALUATOR;
    }

    @Override
    public TaskSpec.WorkCase work() {
        return TaskSpec.WorkCase.EVALUATE;
    }

    @Override
    public int algorithmVersion() {
        return 1;
    }

    @Override
    public void startEngine(WorkerSettings settings) {
        TensorEngine.start(settings.device(), settings.threads());
    }

    @Override
    public Manifest run(TaskSpec spec, TaskContext context) {
        throw new UnsupportedOperationException("EvaluateTask is being written");
    }
}
