package org.crvqa.worker;

import java.util.Map;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.WorkerKind;

/** The work of one service. {@link #startEngine} and {@link #run} are called on the device thread only. */
public interface WorkHandler {
    /** Which service this is. */
    WorkerKind kind();

    /** The one kind of work that this service takes. */
    TaskSpec.WorkCase work();

    /** The {@code algorithm_version} that this program computes; a spec with another one is refused. */
    int algorithmVersion();

    /**
     * Chooses the device and loads the tensor engine on it, so that the first task does not wait. Called once, before any
     * task.
     *
     * @throws org.crvqa.artifacts.InvalidInputException when there is no such device or it cannot be used
     */
    StartedDevice startEngine(WorkerSettings settings);

    /**
     * Gives back device memory that nothing holds. Called after a task that ran out of it, before the next one.
     *
     * @return false when something is held that only the end of the process gives back
     */
    default boolean releaseDeviceMemory() {
        return true;
    }

    /** Versions of what computes, by name, for the provenance of results. Called after {@link #startEngine}. */
    default Map<String, String> libraries() {
        return Map.of();
    }

    /**
     * Does the task: writes the files of the artifact into the draft and returns what its manifest says beside key,
     * spec, files and producer. Must give the same bytes for the same spec, whoever runs it.
     *
     * @throws org.crvqa.artifacts.InvalidInputException when the spec or its inputs are wrong
     * @throws java.util.concurrent.CancellationException when {@link TaskContext#checkCancelled()} threw it
     */
    Manifest run(TaskSpec spec, TaskContext context) throws Exception;
}
