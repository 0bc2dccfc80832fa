package org.crvqa.worker;

import com.google.protobuf.util.Timestamps;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifact.v1.Producer;
import org.crvqa.artifacts.ArtifactDraft;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.task.v1.TaskCancelled;
import org.crvqa.task.v1.TaskCompleted;
import org.crvqa.task.v1.TaskEvent;
import org.crvqa.task.v1.TaskMetric;
import org.crvqa.task.v1.TaskProgress;
import org.jboss.logging.Logger;

/** What the device thread does for one task: look for the artifact, draft, handler, commit. */
final class TaskExecution {
    private static final Logger LOG = Logger.getLogger(TaskExecution.class);

    /** How a task ended here: the terminal state to enter and the event that tells it. */
    record Outcome(TaskState state, TaskEvent.Builder event) {
        static Outcome completed(Manifest manifest, boolean reused) {
            TaskCompleted completed = TaskCompleted.newBuilder()
                    .setManifest(manifest)
                    .setReused(reused)
                    .build();
            return new Outcome(TaskState.COMPLETED, TaskEvent.newBuilder().setCompleted(completed));
        }

        static Outcome cancelled() {
            return new Outcome(
                    TaskState.CANCELLED, TaskEvent.newBuilder().setCancelled(TaskCancelled.getDefaultInstance()));
        }
    }

    private final WorkerIdentity identity;
    private final WorkHandler handler;
    private final ArtifactRepository artifacts;
    private final Failures failures;
    private final WorkerMetrics metrics;
    private final InstantSource clock;

    TaskExecution(
            WorkerIdentity identity,
            WorkHandler handler,
            ArtifactRepository artifacts,
            Failures failures,
            WorkerMetrics metrics,
            InstantSource clock) {
        this.identity = identity;
        this.handler = handler;
        this.artifacts = artifacts;
        this.failures = failures;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** Does the task. The root of the device thread: nothing is thrown. */
    @SuppressWarnings("CatchingUnchecked") // An error of one task, out of memory too, must not end the worker.
    Outcome of(RunningTask task) {
        try {
            Optional<Manifest> existing = artifacts.find(task.key());
            return existing.isPresent() ? Outcome.completed(existing.get(), true) : make(task);
        } catch (Throwable e) {
            if (task.mustStop()) {
                LOG.debugf(e, "%s was stopped", task);
                return Outcome.cancelled();
            }
            return new Outcome(TaskState.FAILED, TaskEvent.newBuilder().setFailed(failures.of(task.toString(), e)));
        }
    }

    private Outcome make(RunningTask task) throws Exception {
        try (ArtifactDraft draft = artifacts.draft(task.assignment().getSpec())) {
            Manifest details = handler.run(task.assignment().getSpec(), new Context(task, draft));
            if (!task.become(TaskState.COMMITTING)) {
                return Outcome.cancelled();
            }
            Manifest produced = details.toBuilder().setProducer(producer(task)).build();
            return Outcome.completed(draft.commit(produced), false);
        }
    }

    private Producer producer(RunningTask task) {
        return Producer.newBuilder()
                .setComponent(identity.component())
                .setVersion(identity.version())
                .setWorkerId(identity.id())
                .setAttempt(task.assignment().getAttempt())
                .setStarted(Timestamps.fromMillis(task.started().toEpochMilli()))
                .setFinished(Timestamps.fromMillis(clock.millis()))
                .build();
    }

    private final class Context implements TaskContext {
        private final RunningTask task;
        private final ArtifactDraft draft;
        private final StepRate rate = metrics.stepRate();

        Context(RunningTask task, ArtifactDraft draft) {
            this.task = task;
            this.draft = draft;
        }

        @Override
        public ArtifactRepository artifacts() {
            return artifacts;
        }

        @Override
        public ArtifactDraft draft() {
            return draft;
        }

        @Override
        public void progress(TaskProgress progress) {
            rate.progress(progress);
            task.progress(progress);
        }

        @Override
        public void metric(String name, long step, double value) {
            task.emit(TaskEvent.newBuilder()
                    .setMetric(
                            TaskMetric.newBuilder().setName(name).setStep(step).setValue(value)));
        }

        @Override
        public void checkCancelled() {
            if (task.mustStop()) {
                throw new CancellationException(task + " must stop");
            }
        }
    }
}
