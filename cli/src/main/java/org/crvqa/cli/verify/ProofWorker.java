package org.crvqa.cli.verify;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.cli.ExitCode;
import org.crvqa.cli.client.WorkerClient;
import org.crvqa.cli.client.WorkerException;
import org.crvqa.cli.console.WorkBar;
import org.crvqa.task.v1.TaskAssignment;
import org.crvqa.task.v1.TaskEvent;
import org.crvqa.task.v1.TaskProgress;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.WorkerState;

/** Gives attempts to one worker, and waits for it where it is away or busy. Owned by one thread. */
final class ProofWorker {
    private final WorkerClient client;
    private final ProofSettings settings;
    private final WorkBar bar;
    private final InstantSource clock;

    ProofWorker(WorkerClient client, ProofSettings settings, WorkBar bar, InstantSource clock) {
        this.client = client;
        this.settings = settings;
        this.bar = bar;
        this.clock = clock;
    }

    String address() {
        return client.address();
    }

    String label() {
        return client.label();
    }

    /**
     * Runs one attempt to its end, whatever that is. {@code haltAfter} 0: the worker is not to end itself.
     *
     * @throws WorkerException when the worker takes no work for too long, or refuses the task or the halt
     */
    Attempt run(TaskSpec spec, int number, int haltAfter, String what) throws InterruptedException {
        TaskAssignment assignment = TaskAssignment.newBuilder()
                .setSpec(spec)
                .setKey(ArtifactKey.of(spec).hex())
                .setAttempt(number)
                .setHaltAfterSteps(haltAfter)
                .build();
        long deadline = deadline();
        while (true) {
            awaitIdle(what);
            Attempt attempt = new Attempt();
            boolean[] heard = {false};
            Status end = client.run(assignment, event -> {
                heard[0] = true;
                attempt.hear(event);
                show(event, what);
            });
            attempt.end(end);
            if (heard[0] || end.isOk()) {
                return attempt;
            }
            refuse(end, haltAfter, deadline);
            TimeUnit.MILLISECONDS.sleep(settings.poll().toMillis());
        }
    }

    private void show(TaskEvent event, String what) {
        if (event.hasProgress()) {
            TaskProgress progress = event.getProgress();
            bar.update(what, progress.getStep(), progress.getTotalSteps());
        }
    }

    /** Returns only when the same call may succeed later. */
    private void refuse(Status status, int haltAfter, long deadline) {
        switch (status.getCode()) {
            case PERMISSION_DENIED ->
                throw new WorkerException(
                        ExitCode.BAD_INPUT,
                        "The " + label() + " does not let itself be ended after step " + haltAfter + ": "
                                + status.getDescription(),
                        "Set CRVQA_ALLOW_HALT=true in its environment and start it again, for as long as the proof"
                                + " takes; workers of 'crvqa local up' have it.");
            case UNAVAILABLE, RESOURCE_EXHAUSTED -> {
                if (clock.millis() > deadline) {
                    throw away(status.getDescription());
                }
            }
            default ->
                throw new WorkerException(
                        ExitCode.FAILED,
                        "The " + label() + " refused the task: " + status.getCode() + ": " + status.getDescription(),
                        "Is it of the same version as this program? 'crvqa doctor' compares them.");
        }
    }

    private void awaitIdle(String what) throws InterruptedException {
        long deadline = deadline();
        long started = clock.millis();
        while (true) {
            String state = state();
            if (state.isEmpty()) {
                return;
            }
            if (clock.millis() > deadline) {
                throw away(state);
            }
            bar.update(what + ": the worker is " + state + ", waiting", (clock.millis() - started) / 1000, 0);
            TimeUnit.MILLISECONDS.sleep(settings.poll().toMillis());
        }
    }

    // What keeps it from taking work; empty: nothing.
    private String state() {
        try {
            WorkerState state = client.describe().getState();
            return switch (state) {
                case WORKER_STATE_IDLE -> "";
                case WORKER_STATE_BUSY -> "busy";
                case WORKER_STATE_DRAINING -> "stopping";
                case WORKER_STATE_DEVICE_FAILED -> "without its device";
                case WORKER_STATE_UNSPECIFIED, UNRECOGNIZED -> "in a state that this version does not know";
            };
        } catch (StatusRuntimeException e) {
            return "away";
        }
    }

    private WorkerException away(String why) {
        return new WorkerException(
                ExitCode.UNREACHABLE,
                "The " + label() + " did not take work within "
                        + settings.patience().toSeconds() + " s: it is " + why,
                "Something has to start a worker again that ended: 'crvqa local up', Kubernetes or systemd. Wait longer"
                        + " with --patience-seconds, or name another worker.");
    }

    private long deadline() {
        return clock.millis() + settings.patience().toMillis();
    }
}
