package org.crvqa.trainer.service;

import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Objects;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.AlgorithmVersion;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.WorkerKind;
import org.crvqa.vqa.train.Compute;
import org.crvqa.vqa.train.DivergedException;
import org.crvqa.vqa.train.TrainTask;
import org.crvqa.worker.StartedDevice;
import org.crvqa.worker.TaskContext;
import org.crvqa.worker.WorkHandler;
import org.crvqa.worker.WorkerSettings;
import org.jspecify.annotations.Nullable;

/** Runs TrainTask. */
@Singleton
class TrainHandler implements WorkHandler {
    // Set and read on the device thread only.
    private @Nullable Compute compute;
    private @Nullable TrainTask task;

    @Override
    public WorkerKind kind() {
        return WorkerKind.WORKER_KIND_TRAINER;
    }

    @Override
    public TaskSpec.WorkCase work() {
        return TaskSpec.WorkCase.TRAIN;
    }

    @Override
    public int algorithmVersion() {
        return AlgorithmVersion.CURRENT;
    }

    @Override
    public StartedDevice startEngine(WorkerSettings settings) {
        Compute started = Compute.start(settings.device(), settings.threads());
        compute = started;
        task = new TrainTask(started);
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
        TrainTask started = Objects.requireNonNull(task, "startEngine comes first");
        try {
            return started.run(spec.getTrain(), context.artifacts(), context.draft(), context);
        } catch (DivergedException e) {
            // The same spec diverges again at the same step: not worth a retry.
            throw new InvalidInputException(e.getMessage(), e.advice(), e);
        }
    }
}
