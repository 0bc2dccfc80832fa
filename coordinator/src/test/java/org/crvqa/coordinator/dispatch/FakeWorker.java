package org.crvqa.coordinator.dispatch;

import io.grpc.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.crvqa.artifacts.AlgorithmVersion;
import org.crvqa.coordinator.fleet.Member;
import org.crvqa.task.v1.FailureKind;
import org.crvqa.task.v1.TaskAccepted;
import org.crvqa.task.v1.TaskAssignment;
import org.crvqa.task.v1.TaskCheckpointed;
import org.crvqa.task.v1.TaskCompleted;
import org.crvqa.task.v1.TaskEvent;
import org.crvqa.task.v1.TaskFailure;
import org.crvqa.task.v1.TaskHeartbeat;
import org.crvqa.task.v1.TaskInterrupted;
import org.crvqa.task.v1.TaskProgress;
import org.crvqa.task.v1.TaskResumed;
import org.crvqa.task.v1.WorkerDeath;
import org.crvqa.task.v1.WorkerDeathCause;
import org.crvqa.task.v1.WorkerDescription;
import org.crvqa.task.v1.WorkerKind;
import org.crvqa.task.v1.WorkerState;
import org.jspecify.annotations.Nullable;

/** A worker in the hands of a test: it behaves as the contract says until told otherwise. */
final class FakeWorker implements WorkerClient {
    private final String address;
    private final WorkerKind kind;
    final List<TaskAssignment> calls = new ArrayList<>();
    final List<String> cancelled = new ArrayList<>();
    /** False: nothing answers, calls break. */
    boolean up = true;

    boolean draining;
    boolean deviceFailed;
    /** True: it has seen a later term. */
    boolean refusesTerm;
    /** True: it neither answers nor breaks, as behind a cut cable. */
    boolean blackHole;

    /** As it says itself; 0: it does not say. */
    int algorithmVersion = AlgorithmVersion.CURRENT;

    /** As it says itself; empty: it does not say. */
    String storeId = DispatchFixture.STORE_ID;

    /** When set, how every call for a task that it does not run ends. */
    @Nullable
    Status refusal;

    /** When set, every task fails as soon as it was accepted. */
    @Nullable
    TaskFailure failsAtOnce;

    /** Whether the latest connection to it was closed. */
    boolean closed;

    /** Whether it says which process it is when it takes a task. */
    boolean saysWhoItIs;

    /** True: a cancel is answered, and changes nothing. */
    boolean ignoresCancel;

    /** Steps done of what it runs. */
    long step;

    /** Which of its starts this is. */
    private int starts = 1;

    /** When set, the answer to every Describe. */
    @Nullable
    CompletableFuture<WorkerDescription> slowAnswer;

    /** What a restarted process says of the one before. */
    @Nullable
    WorkerDeath lastDeath;

    @Nullable
    TaskAssignment running;

    @Nullable
    WorkObserver listener;

    FakeWorker(String address, WorkerKind kind) {
        this.address = address;
        this.kind = kind;
    }

    /** host:port. */
    String address() {
        return address;
    }

    WorkerKind kind() {
        return kind;
    }

    /** Its slot in a dispatcher that has just heard of it. */
    WorkerSlot slot() {
        return new WorkerSlot(1, Member.fixed(kind, address), this, DispatchFixture.STORE_ID, Instant.EPOCH);
    }

    /** These and no others, each known by its address. */
    static List<Member> members(List<FakeWorker> workers) {
        return workers.stream()
                .map(worker -> Member.fixed(worker.kind, worker.address))
                .toList();
    }

    @Override
    public CompletableFuture<WorkerDescription> describe() {
        if (slowAnswer != null) {
            return slowAnswer;
        }
        if (!up || blackHole) {
            return CompletableFuture.failedFuture(Status.UNAVAILABLE.asRuntimeException());
        }
        WorkerState free = draining ? WorkerState.WORKER_STATE_DRAINING : WorkerState.WORKER_STATE_IDLE;
        WorkerDescription.Builder description = WorkerDescription.newBuilder()
                .setWorkerId(address + "#" + starts)
                .setKind(kind)
                .setAlgorithmVersion(algorithmVersion)
                .setStoreId(storeId)
                .setState(deviceFailed ? WorkerState.WORKER_STATE_DEVICE_FAILED : free);
        if (lastDeath != null) {
            description.setLastDeath(lastDeath);
        }
        if (running != null) {
            description
                    .setState(draining ? free : WorkerState.WORKER_STATE_BUSY)
                    .setRunningKey(running.getKey())
                    .setRunningAttempt(running.getAttempt())
                    .setRunningStep(step);
        }
        return CompletableFuture.completedFuture(description.build());
    }

    @Override
    public WorkCall run(TaskAssignment assignment, WorkObserver observer) {
        calls.add(assignment);
        if (blackHole) {
            return () -> {};
        }
        if (!up || draining) {
            observer.onEnd(Status.UNAVAILABLE);
            return () -> {};
        }
        if (refusesTerm) {
            observer.onEnd(Status.FAILED_PRECONDITION.withDescription("term 7 leads"));
            return () -> {};
        }
        boolean joined = running != null && running.getKey().equals(assignment.getKey());
        if (running != null && !joined) {
            observer.onEnd(Status.RESOURCE_EXHAUSTED);
            return () -> {};
        }
        if (!joined && refusal != null) {
            observer.onEnd(refusal);
            return () -> {};
        }
        if (!joined) {
            running = assignment;
            step = 0;
        }
        listener = observer;
        observer.onEvent(TaskEvent.newBuilder()
                .setAccepted(TaskAccepted.newBuilder()
                        .setAttempt(running.getAttempt())
                        .setWorkerId(saysWhoItIs ? address + "#" + starts : "")
                        .setJoined(joined))
                .build());
        if (failsAtOnce != null) {
            end(TaskEvent.newBuilder().setFailed(failsAtOnce).build());
        }
        return () -> {
            if (listener == observer) {
                listener = null;
            }
        };
    }

    @Override
    public CompletableFuture<Boolean> cancel(String key, long term) {
        if (!up || blackHole) {
            return CompletableFuture.failedFuture(Status.UNAVAILABLE.asRuntimeException());
        }
        cancelled.add(key);
        boolean here = running != null && running.getKey().equals(key);
        if (here && !ignoresCancel) {
            running = null;
            listener = null;
        }
        return CompletableFuture.completedFuture(here);
    }

    @Override
    public void close() {
        closed = true;
        breakStream();
    }

    void progress(long steps) {
        step = steps;
        say(TaskEvent.newBuilder()
                .setProgress(TaskProgress.newBuilder().setStep(steps))
                .build());
    }

    /** Says that the process lives, and that what it does has given no sign for so long. */
    void heartbeat(Duration quiet) {
        say(TaskEvent.newBuilder()
                .setHeartbeat(TaskHeartbeat.getDefaultInstance())
                .setWorkQuietFor(com.google.protobuf.Duration.newBuilder().setSeconds(quiet.toSeconds()))
                .build());
    }

    void heartbeat() {
        say(TaskEvent.newBuilder()
                .setHeartbeat(TaskHeartbeat.getDefaultInstance())
                .build());
    }

    /** Says that the task is complete, whatever the store holds. */
    void complete() {
        end(TaskEvent.newBuilder()
                .setCompleted(TaskCompleted.getDefaultInstance())
                .build());
    }

    void fail(FailureKind kind) {
        fail(kind, "broken");
    }

    void fail(FailureKind kind, String cause) {
        deviceFailed |= kind == FailureKind.FAILURE_KIND_DEVICE;
        end(TaskEvent.newBuilder()
                .setFailed(
                        TaskFailure.newBuilder().setKind(kind).setCause(cause).setAdvice("mend it"))
                .build());
    }

    void checkpoint(long step) {
        say(TaskEvent.newBuilder()
                .setCheckpointed(TaskCheckpointed.newBuilder().setStep(step))
                .build());
    }

    void resume(long step) {
        say(TaskEvent.newBuilder()
                .setResumed(TaskResumed.newBuilder().setStep(step))
                .build());
    }

    /** The process dies in the middle of its task, and another one takes its place and says why. */
    void dieOf(WorkerDeathCause cause) {
        TaskAssignment had = running;
        kill();
        restart();
        lastDeath = WorkerDeath.newBuilder()
                .setKey(had.getKey())
                .setAttempt(had.getAttempt())
                .setCause(cause)
                .build();
    }

    void interrupt() {
        draining = true;
        end(TaskEvent.newBuilder()
                .setInterrupted(TaskInterrupted.newBuilder().setReason("SIGTERM"))
                .build());
    }

    /** The process dies. */
    void kill() {
        up = false;
        running = null;
        breakStream();
    }

    /** Another process takes its place. */
    void restart() {
        starts++;
        up = true;
        draining = false;
        running = null;
    }

    /** The connection breaks; the work goes on. Behind a cut cable nobody hears of it. */
    void breakStream() {
        WorkObserver was = listener;
        listener = null;
        if (was != null && !blackHole) {
            was.onEnd(Status.UNAVAILABLE.withDescription("connection reset"));
        }
    }

    private void end(TaskEvent event) {
        running = null;
        WorkObserver was = listener;
        say(event);
        listener = null;
        if (was != null) {
            was.onEnd(Status.OK);
        }
    }

    private void say(TaskEvent event) {
        if (listener != null && !blackHole) {
            listener.onEvent(event);
        }
    }
}
