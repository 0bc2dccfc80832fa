package org.crvqa.worker;

import com.google.protobuf.util.Timestamps;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifact.v1.Producer;
import org.crvqa.artifacts.ArtifactDraft;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.BuildInfo;
import org.crvqa.artifacts.Checkpoints;
import org.crvqa.artifacts.PinnedArtifacts;
import org.crvqa.artifacts.SpecKeys;
import org.crvqa.task.v1.TaskCancelled;
import org.crvqa.task.v1.TaskCompleted;
import org.crvqa.task.v1.TaskEvent;
import org.crvqa.task.v1.TaskFailure;
import org.crvqa.task.v1.TaskMetric;
import org.crvqa.task.v1.TaskProgress;
import org.jboss.logging.Logger;

/** What the device thread does for one task: look for the artifact, draft, handler, commit. */
final class TaskExecution {
    private static final Logger LOG = Logger.getLogger(TaskExecution.class);

    /** How a task ended here: the terminal state to enter, the event that tells it, and what it means for the worker. */
    record Outcome(TaskState state, TaskEvent.Builder event, Aftermath aftermath) {
        static Outcome completed(Manifest manifest, boolean reused) {
            TaskCompleted completed = TaskCompleted.newBuilder()
                    .setManifest(manifest)
                    .setReused(reused)
                    .build();
            return new Outcome(TaskState.COMPLETED, TaskEvent.newBuilder().setCompleted(completed), Aftermath.NONE);
        }

        static Outcome cancelled(Aftermath aftermath) {
            return new Outcome(
                    TaskState.CANCELLED,
                    TaskEvent.newBuilder().setCancelled(TaskCancelled.getDefaultInstance()),
                    aftermath);
        }

        Outcome with(Aftermath other) {
            return new Outcome(state, event, other);
        }

        static Outcome failed(TaskFailure failure, Aftermath aftermath) {
            return new Outcome(TaskState.FAILED, TaskEvent.newBuilder().setFailed(failure), aftermath);
        }
    }

    private final WorkHandler handler;
    private final ArtifactRepository artifacts;
    private final Failures failures;
    private final StateServices states;
    private final StorePatience patience;
    private final TaskUpkeep upkeep;
    private final ExecutorService storeCalls;

    /** {@code storeCalls}: threads for calls of the store, as many as are wanted at once. */
    TaskExecution(
            WorkHandler handler,
            ArtifactRepository artifacts,
            Failures failures,
            StateServices states,
            StorePatience patience,
            TaskUpkeep upkeep,
            ExecutorService storeCalls) {
        this.handler = handler;
        this.artifacts = artifacts;
        this.failures = failures;
        this.states = states;
        this.patience = patience;
        this.upkeep = upkeep;
        this.storeCalls = storeCalls;
    }

    /** Does the task as this worker. The root of the device thread: nothing is thrown. */
    @SuppressWarnings("CatchingUnchecked") // An error of one task, out of memory too, must not end the worker.
    Outcome of(RunningTask task, WorkerIdentity identity) {
        try {
            ArtifactRepository seen = seenBy(task);
            Optional<Manifest> existing = seen.find(task.key());
            return existing.isPresent() ? Outcome.completed(existing.get(), true) : make(task, identity, seen);
        } catch (Throwable e) {
            Optional<Manifest> committed = task.committedElsewhere();
            if (committed.isPresent()) {
                LOG.debugf(e, "%s was superseded", task);
                return Outcome.completed(committed.get(), true).with(aftermath(e));
            }
            if (task.mustStop()) {
                LOG.debugf(e, "%s was stopped", task);
                return Outcome.cancelled(aftermath(e));
            }
            return Outcome.failed(failures.of(task.toString(), e), aftermath(e));
        }
    }

    /** The artifacts for this task: who waits for the store gives signs of work, and stops when the task must. */
    private ArtifactRepository seenBy(RunningTask task) {
        StoreWait wait = new StoreWait(patience.limit(), states.nanoTime());
        return artifacts.through(new TaskStore(artifacts.store(), task, storeCalls, wait), () -> goOn(task));
    }

    /** @throws CancellationException when the task must stop */
    private static void goOn(RunningTask task) {
        task.sign();
        if (task.mustStop()) {
            throw new CancellationException(task + " must stop");
        }
    }

    private static Aftermath aftermath(Throwable thrown) {
        if (DeviceError.ruinsContext(thrown)) {
            return Aftermath.END_PROCESS;
        }
        // A stopped task, or one with an error that nobody knows, may have left as much as one that ran out of memory.
        return Aftermath.RELEASE_MEMORY;
    }

    private Outcome make(RunningTask task, WorkerIdentity identity, ArtifactRepository seen) throws Exception {
        long began = states.nanoTime().getAsLong();
        try (TaskCheckpoints checkpoints = new TaskCheckpoints(task, states, seen);
                PinnedArtifacts inputs = seen.pinned(identity.id());
                ArtifactDraft draft = inputs.artifacts().draft(task.assignment().getSpec());
                TaskUpkeep.Running kept = upkeep.of(task, seen, inputs)) {
            // All at once, in one small write; what they were made of follows when it is opened.
            inputs.pin(SpecKeys.of(task.assignment().getSpec()));
            Manifest details = handler.run(task.assignment().getSpec(), new Context(task, inputs, draft, checkpoints));
            if (!task.become(TaskState.COMMITTING)) {
                return Outcome.cancelled(Aftermath.NONE);
            }
            Duration onDevice = Duration.ofNanos(states.nanoTime().getAsLong() - began);
            Manifest produced = details.toBuilder()
                    .setProducer(producer(task, identity, checkpoints, onDevice))
                    .build();
            task.phase("store the result");
            Manifest committed = patience.keepTrying(task, () -> draft.commit(produced));
            checkpoints.discard();
            return Outcome.completed(committed, false);
        }
    }

    private Producer producer(
            RunningTask task, WorkerIdentity identity, TaskCheckpoints checkpoints, Duration onDevice) {
        Producer.Builder producer = Producer.newBuilder();
        checkpoints
                .resumed()
                .ifPresent(resumed ->
                        producer.setResumedStep(resumed.getStep()).setResumedFromAttempt(resumed.getSavedByAttempt()));
        return producer.setComponent(identity.component())
                .setVersion(identity.version())
                .setWorkerId(identity.id())
                .setAttempt(task.assignment().getAttempt())
                .setStarted(Timestamps.fromMillis(task.started().toEpochMilli()))
                .setFinished(Timestamps.fromMillis(states.clock().millis()))
                .setDevice(identity.device())
                .setHardware(identity.hardware())
                .setThreads(identity.threads())
                .setCodeRevision(BuildInfo.revision())
                .putAllLibraries(BuildInfo.platform())
                .putAllLibraries(handler.libraries())
                .setDeviceSeconds(onDevice.toMillis() / 1000.0)
                .build();
    }

    private final class Context implements TaskContext {
        private final RunningTask task;
        private final PinnedArtifacts inputs;
        private final ArtifactDraft draft;
        private final Checkpoints checkpoints;
        private final StepRate rate = states.metrics().stepRate();

        Context(RunningTask task, PinnedArtifacts inputs, ArtifactDraft draft, Checkpoints checkpoints) {
            this.task = task;
            this.inputs = inputs;
            this.draft = draft;
            this.checkpoints = checkpoints;
        }

        @Override
        public Checkpoints checkpoints() {
            return checkpoints;
        }

        @Override
        public ArtifactRepository artifacts() {
            return inputs.artifacts();
        }

        @Override
        public ArtifactDraft draft() {
            return draft;
        }

        @Override
        public void progress(TaskProgress progress) {
            task.sign();
            rate.progress(progress);
            task.progress(progress);
        }

        @Override
        public void metric(String name, long step, double value) {
            task.sign();
            task.emit(TaskEvent.newBuilder()
                    .setMetric(
                            TaskMetric.newBuilder().setName(name).setStep(step).setValue(value)));
        }

        @Override
        public void checkCancelled() {
            goOn(task);
        }
    }
}
