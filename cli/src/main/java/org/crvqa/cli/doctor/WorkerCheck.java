package org.crvqa.cli.doctor;

import com.google.protobuf.Timestamp;
import io.grpc.StatusRuntimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.crvqa.cli.client.WorkerClient;
import org.crvqa.coordinator.v1.WorkerStatus;
import org.crvqa.task.v1.WorkerDeath;
import org.crvqa.task.v1.WorkerDescription;
import org.crvqa.task.v1.WorkerState;

/** One worker: what the coordinator knows of it, and what it says itself where it can be reached from here. */
final class WorkerCheck {
    private static final String DEVELOPMENT = "development";

    private final WorkerStatus known;
    private final String ourVersion;
    private final List<String> found = new ArrayList<>();
    private final List<String> advice = new ArrayList<>();
    private Check.Status status = Check.Status.OK;

    private WorkerCheck(WorkerStatus known, String ourVersion) {
        this.known = known;
        this.ourVersion = ourVersion;
    }

    static Check of(WorkerStatus known, String ourVersion, InstantSource clock) {
        WorkerCheck check = new WorkerCheck(known, ourVersion);
        check.look(clock);
        return new Check(
                "worker",
                WorkerClient.word(known.getKind()) + " " + known.getAddress(),
                check.status,
                String.join(", ", check.found),
                String.join(" ", check.advice));
    }

    private void look(InstantSource clock) {
        if (!known.getReachable()) {
            add(
                    Check.Status.FAILED,
                    "the coordinator cannot reach it",
                    "Is it running? Its address stands in the coordinator's CRVQA_TRAINERS, CRVQA_PRUNERS or"
                            + " CRVQA_EVALUATORS.");
            return;
        }
        try (WorkerClient client = WorkerClient.of(known.getKind(), known.getAddress())) {
            Instant asked = clock.instant();
            WorkerDescription said = client.describe();
            describe(said);
            if (said.hasNow()) {
                clock(ClockSkew.of(asked, instant(said.getNow()), clock.instant()), "");
            }
        } catch (StatusRuntimeException e) {
            // As in Kubernetes, seen from outside: no fault of the worker.
            describe(known.getWorker());
            found.add("not reachable from this machine");
            if (known.getWorker().hasNow() && known.hasLastSeen()) {
                Instant seen = instant(known.getLastSeen());
                clock(ClockSkew.of(seen, instant(known.getWorker().getNow()), seen), " against the coordinator's");
            }
        }
    }

    private void describe(WorkerDescription worker) {
        state(worker.getState());
        found.add("%s with %d %s"
                .formatted(worker.getDevice(), worker.getThreads(), worker.getThreads() == 1 ? "thread" : "threads"));
        version(worker.getVersion());
        if (worker.hasLastDeath()) {
            death(worker.getLastDeath());
        }
    }

    private void state(WorkerState state) {
        switch (state) {
            case WORKER_STATE_DEVICE_FAILED ->
                add(
                        Check.Status.FAILED,
                        "its device is broken",
                        "Its process ends by itself; whatever keeps it running starts another. If that happens again, look at the"
                                + " device on its machine (nvidia-smi, dmesg).");
            case WORKER_STATE_DRAINING -> add(Check.Status.WARNING, "stopping", "It takes no new work.");
            case WORKER_STATE_IDLE, WORKER_STATE_BUSY ->
                found.add(state.name().replace("WORKER_STATE_", "").toLowerCase(Locale.ROOT));
            case WORKER_STATE_UNSPECIFIED, UNRECOGNIZED ->
                add(Check.Status.WARNING, "in an unknown state", "Is it of another version?");
        }
    }

    private void version(String version) {
        boolean differs = !ourVersion.equals(DEVELOPMENT) && !version.equals(ourVersion);
        if (differs) {
            add(
                    Check.Status.WARNING,
                    "version " + version + ", this program is " + ourVersion,
                    "Bring all programs to one version once a rolling upgrade is through.");
        } else {
            found.add("version " + version);
        }
    }

    private void death(WorkerDeath death) {
        String what = "the process before it ended in attempt " + death.getAttempt() + " of task "
                + death.getKey().substring(0, Math.min(12, death.getKey().length()));
        switch (death.getCause()) {
            case WORKER_DEATH_CAUSE_MEMORY ->
                add(
                        Check.Status.WARNING,
                        what + ", killed for memory",
                        "Give it more memory, or its tasks a smaller batch_size.");
            case WORKER_DEATH_CAUSE_HEAP ->
                add(
                        Check.Status.WARNING,
                        what + ", its JVM out of memory: " + death.getDetail(),
                        "Give its JVM more memory (-Xmx, -XX:MaxRAMPercentage), or its tasks a smaller batch_size.");
            case WORKER_DEATH_CAUSE_CRASH ->
                add(
                        Check.Status.WARNING,
                        what + " by a crash: " + death.getDetail(),
                        "Report it with that file, where there is one.");
            case WORKER_DEATH_CAUSE_UNSPECIFIED, UNRECOGNIZED ->
                // Preemption and kill -9 are what resuming is for.
                found.add(what + ", killed from outside");
        }
    }

    private void clock(ClockSkew skew, String against) {
        String words = "clock " + skew.words() + against;
        if (skew.status() == Check.Status.OK) {
            found.add(words);
        } else {
            add(skew.status(), words, "Let NTP set its machine's clock.");
        }
    }

    private void add(Check.Status worse, String what, String whatToDo) {
        status = worse.compareTo(status) > 0 ? worse : status;
        found.add(what);
        advice.add(whatToDo);
    }

    private static Instant instant(Timestamp time) {
        return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    }
}
