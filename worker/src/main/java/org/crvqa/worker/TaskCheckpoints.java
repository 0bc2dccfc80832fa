package org.crvqa.worker;

import com.google.protobuf.util.Durations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.Checkpoints;
import org.crvqa.artifacts.LocalFolder;
import org.crvqa.artifacts.TaskStates;
import org.crvqa.task.v1.TaskCheckpointed;
import org.crvqa.task.v1.TaskEvent;
import org.crvqa.task.v1.TaskResumed;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The states of one running task: found at its beginning, saved while it runs. A state is copied on the device thread and
 * written and uploaded on another, one at a time. Trouble with saving is logged and tried again at the next cadence:
 * training goes on as long as it can.
 */
final class TaskCheckpoints implements Checkpoints, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(TaskCheckpoints.class);

    /** The newest one may turn out to be damaged. */
    private static final int KEPT_STATES = 2;

    private static final Duration LOOK = Duration.ofMillis(100);

    /** How long a task that must stop waits for a state that is still being written to the local disk. */
    private static final Duration LOCAL_PATIENCE = Duration.ofSeconds(20);

    private final RunningTask task;
    private final StateServices services;
    private final ArtifactRepository artifacts;
    private final TaskStates states;
    private final LocalFolder folder;
    private final ExecutorService saver;

    // Of the device thread.
    private long savedSteps;
    private long savedAt;
    private boolean leavesStates;
    private Duration latestPause = Duration.ZERO;
    private @Nullable TaskResumed resumed;

    // Shared with the saver and with whoever stops the process.
    private boolean saving;
    private boolean finalSaved;

    /** {@code artifacts}: as the task sees them; who uses its store waits only as long as the task may go on. */
    TaskCheckpoints(RunningTask task, StateServices services, ArtifactRepository artifacts) {
        this.task = task;
        this.services = services;
        this.artifacts = artifacts;
        this.states = new TaskStates(artifacts.store());
        this.folder = artifacts.statesFolder();
        this.saver = Executors.newSingleThreadExecutor(action -> new Thread(action, "states"));
        this.savedAt = services.nanoTime().getAsLong();
    }

    /** What the work began with; empty: with its first step. */
    Optional<TaskResumed> resumed() {
        return Optional.ofNullable(resumed);
    }

    @Override
    public Optional<SavedState> resume(Function<SavedState, Optional<String>> taker) {
        List<String> rejected = new ArrayList<>();
        Optional<TaskStates.Found> found =
                states.newest(task.key(), folder.path(), state -> taker.apply(state.state()), rejected::add);
        rejected.forEach(why -> {
            LOG.errorf("%s: a saved state is passed over: %s", task, why);
            services.metrics().stateRejected();
        });
        leavesStates = found.isPresent() || !rejected.isEmpty();
        found.ifPresent(state -> {
            savedSteps = state.state().stepsDone();
            TaskResumed event = TaskResumed.newBuilder()
                    .setStep(savedSteps)
                    .setSavedByAttempt(state.attempt())
                    .addAllRejected(rejected)
                    .build();
            resumed = event;
            LOG.infof("%s goes on at step %d, saved by attempt %d", task, savedSteps, state.attempt());
            task.emit(TaskEvent.newBuilder().setResumed(event));
        });
        if (found.isEmpty() && task.assignment().getAttempt() > 1) {
            stopWhereCommitted();
        }
        savedAt = services.nanoTime().getAsLong();
        return found.map(TaskStates.Found::state);
    }

    /** The states may be gone because an earlier attempt has finished after all since this one began. */
    private void stopWhereCommitted() {
        artifacts.find(task.key()).ifPresent(committed -> {
            task.supersede(committed);
            throw new CancellationException(task + ": an earlier attempt has committed its artifact");
        });
    }

    @Override
    public boolean isDue(long stepsDone) {
        services.halt().reached(task, stepsDone);
        if (task.isStopping()) {
            return !finalSaved;
        }
        return !isSaving() && services.cadence().isDue(sinceSaved(), stepsDone - savedSteps, latestPause);
    }

    @Override
    public void save(long stepsDone, Supplier<StateFiles> capture) {
        boolean last = task.isStopping();
        if (last) {
            awaitSaver();
            finalSaved = true;
        }
        long began = services.nanoTime().getAsLong();
        Optional<StateFiles> captured = captured(stepsDone, capture);
        latestPause = Duration.ofNanos(services.nanoTime().getAsLong() - began);
        savedSteps = stepsDone;
        savedAt = services.nanoTime().getAsLong();
        if (captured.isEmpty()) {
            return;
        }
        StateFiles files = captured.get();
        Duration pause = latestPause;
        saving(true);
        leavesStates = true;
        saver.execute(() -> store(stepsDone, files, pause, last));
        if (last) {
            awaitSaver();
        }
    }

    /** Empty when there is no memory for a copy, or another reason: the task goes on without this state. */
    private Optional<StateFiles> captured(long stepsDone, Supplier<StateFiles> capture) {
        try {
            return Optional.of(capture.get());
        } catch (RuntimeException | OutOfMemoryError e) {
            services.metrics().stateFailed();
            LOG.warnf(e, "%s: the state after step %d could not be copied; training goes on", task, stepsDone);
            return Optional.empty();
        }
    }

    /**
     * Waits for a state that is being saved, though not for the store once the task must stop, and removes local files. The
     * states in the store stay.
     */
    @Override
    public void close() {
        // The saver removes its files itself, should it take longer than anybody waits here.
        saver.execute(this::removeFolder);
        saver.shutdown();
        if (!awaitEndOfSaver()) {
            LOG.warnf("%s: a state is still being saved; its files stay in %s until then", task, folder.path());
        }
    }

    private void removeFolder() {
        try {
            folder.close();
        } catch (UncheckedIOException e) {
            LOG.warnf("%s: %s stays until this process has ended: %s", task, folder.path(), e.getMessage());
        }
    }

    private boolean awaitEndOfSaver() {
        long began = services.nanoTime().getAsLong();
        try {
            while (!saver.awaitTermination(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                Duration limit = task.mustStop() ? LOCAL_PATIENCE : services.patience();
                if (services.nanoTime().getAsLong() - began > limit.toNanos()) {
                    return false;
                }
                task.sign();
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * The artifact exists: nobody needs the states any more. What cannot be removed now, garbage collection finds; also what
     * another attempt saves after this one has found and saved none.
     */
    void discard() {
        awaitSaver();
        if (!leavesStates) {
            return;
        }
        try {
            states.deleteAll(task.key());
        } catch (RuntimeException e) {
            LOG.warnf("%s: its states stay until they are collected: %s", task, e.getMessage());
        }
    }

    /** On the saver's thread, whose root this is. */
    private void store(long stepsDone, StateFiles files, Duration pause, boolean last) {
        try (LocalFolder local = LocalFolder.create(folder.path().resolve("saving-" + stepsDone))) {
            files.write(local.path());
            long bytes = size(local.path());
            states.commit(
                    task.key(),
                    stepsDone,
                    task.assignment().getAttempt(),
                    services.workerId(),
                    services.clock().instant(),
                    local.path());
            services.metrics().stateSaved(pause, bytes);
            task.emit(TaskEvent.newBuilder()
                    .setCheckpointed(TaskCheckpointed.newBuilder()
                            .setStep(stepsDone)
                            .setSizeBytes(bytes)
                            .setPause(Durations.fromNanos(pause.toNanos()))));
            task.checkpointed(stepsDone);
            if (last) {
                stopped(stepsDone);
            } else {
                states.keepNewest(task.key(), KEPT_STATES);
            }
        } catch (CancellationException e) {
            LOG.infof("%s: the state at step %d is given up, as the task must stop", task, stepsDone);
        } catch (IOException | RuntimeException e) {
            services.metrics().stateFailed();
            LOG.warnf(
                    "%s: the state at step %d could not be saved; the next one is tried in time: %s",
                    task, stepsDone, e);
            LOG.debug("Cause", e);
        } finally {
            saving(false);
        }
    }

    private void stopped(long stepsDone) {
        String reason = "Worker " + services.workerId() + " stops; the state after step " + stepsDone + " is saved";
        if (task.interrupt(reason)) {
            services.metrics().taskEnded(task, TaskState.INTERRUPTED);
            LOG.infof("%s was interrupted with its state saved after step %d", task, stepsDone);
        }
    }

    private static long size(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            long sum = 0;
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                sum += Files.size(file);
            }
            return sum;
        }
    }

    private Duration sinceSaved() {
        return Duration.ofNanos(services.nanoTime().getAsLong() - savedAt);
    }

    /** Whether a state is being written or uploaded. */
    synchronized boolean isSaving() {
        return saving;
    }

    private synchronized void saving(boolean now) {
        saving = now;
        notifyAll();
    }

    private synchronized void awaitSaver() {
        try {
            while (saving) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
