package org.crvqa.evaluator.service;

import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Objects;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.AlgorithmVersion;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.WorkerKind;
import org.crvqa.vqa.train.Compute;
import org.crvqa.vqa.train.EvaluateTask;
import org.crvqa.worker.StartedDevice;
import org.crvqa.worker.TaskContext;
import org.crvqa.worker.WorkHandler;
import org.crvqa.worker.WorkerSettings;
import org.jspecify.annotations.Nullable;

/** Runs EvaluateTask. */
@Singleton
class EvaluateHandler implements WorkHandler {
    // Set and read on the device thread only.
    private @Nullable Compute compute;
    private @Nullable EvaluateTask task;

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
        return AlgorithmVersion.CURRENT;
    }

    @Override
    public StartedDevice startEngine(WorkerSettings settings) {
        Compute started = Compute.start(settings.device(), settings.threads());
        compute = started;
        task = new EvaluateTask(started);
        return new StartedDevice(
                started.selection().device(),
                started.device().hardware(),
                started.selection().why());
    }

    @Override
    public boolean releaseDeviceMemory() {
        return Objects.requireNonNull(compute, "startEngine comes first").releaseMemory();
    }

    @Override
    public Map<String, String> libraries() {
        return Compute.libraries();
    }

    @Override
    public Manifest run(TaskSpec spec, TaskContext context) {
        EvaluateTask started = Objects.requireNonNull(task, "startEngine comes first");
        return started.run(spec.getEvaluate(), context.artifacts(), context.draft(), context);
    }
}
