package org.crvqa.coordinator.dispatch;

import static org.crvqa.task.v1.WorkerDeathCause.WORKER_DEATH_CAUSE_MEMORY;

import com.google.protobuf.util.Durations;
import io.grpc.Status;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.task.v1.FailureKind;
import org.crvqa.task.v1.TaskAccepted;
import org.crvqa.task.v1.TaskAssignment;
import org.crvqa.task.v1.TaskCancelled;
import org.crvqa.task.v1.TaskCheckpointed;
import org.crvqa.task.v1.TaskCompleted;
import org.crvqa.task.v1.TaskEvent;
import org.crvqa.task.v1.TaskFailure;
import org.crvqa.task.v1.TaskHeartbeat;
import org.crvqa.task.v1.TaskInterrupted;
import org.crvqa.task.v1.TaskProgress;
import org.crvqa.task.v1.TaskResumed;
import org.crvqa.task.v1.WorkerDeath;
import org.crvqa.task.v1.WorkerDescription;
import org.crvqa.task.v1.WorkerKind;
import org.crvqa.task.v1.WorkerState;
import org.jspecify.annotations.Nullable;

/** A worker that follows the contract: one task at a time, states saved and resumed, the manifest by create-if-absent. */
class SimWorker {
    private static final long HEARTBEAT = 5_000;
    private static final long NEVER = Long.MAX_VALUE;

    /** By then a coordinator that is well knows what a worker says of itself. */
    private static final long TOLD = 30_000;

    /** Calls that a wrong worker may get before it is set aside, and the time after which it may get another. */
    private static final int TRIALS = 8;

    private static final long PAUSE = 50_000;

    /** After its grace a pod is killed. */
    private static final long KILL = 1_000;

    /** Told to stop, a worker whose device stands still ends its process. */
    private static final long STUCK = 60_000;

    /** Of its pod: no other ever has it. */
    final String name;

    final WorkerKind kind;

    /** Where it is called. */
    String address;

    private final SimTime time;
    private final SimStore store;
    private final SimJudge judge;
    SimProcess process;
    private ObjectStore view;
    private int starts;
    private long highestTerm;
    private boolean draining;
    private boolean deleted;
    private @Nullable WorkerDeath lastDeath;
    /** Messages to it, and from it, do not arrive. */
    boolean lostIn;

    boolean lostOut;
    /** Since when nothing has been wrong with it. */
    private long steadySince;

    @Nullable
    SimRun current;

    private SimWrong wrong = SimWrong.NOT;
    private long wrongSince;

    /** Calls that it got while it was wrong, by who made them. */
    private final Map<SimProcess, Integer> wrongly = new HashMap<>();

    /** Its device stands still since then; the process lives. */
    private long stalledSince = NEVER;

    SimWorker(String name, WorkerKind kind, SimTime time, SimStore store, SimJudge judge) {
        this.name = name;
        this.address = name;
        this.kind = kind;
        this.time = time;
        this.store = store;
        this.judge = judge;
        start();
    }

    private void start() {
        process = new SimProcess(time, name + "#" + ++starts);
        view = store.of(process);
        current = null;
        draining = false;
        stalledSince = NEVER;
        steadySince = time.now();
    }

    /** It is wrong from now on, in a new process. */
    void replaceBy(SimWrong how) {
        kill(false);
        wrong = how;
        wrongSince = time.now();
        wrongly.clear();
        restart();
    }

    boolean isWrong() {
        return wrong != SimWrong.NOT;
    }

    /** A coordinator calls it although it is wrong and another is well: that must soon happen less and less often. */
    void calledWrongly(SimProcess caller) {
        int calls = wrongly.merge(caller, 1, Integer::sum);
        if (calls > TRIALS + (time.now() - wrongSince) / PAUSE) {
            judge.violated(name + ", which is wrong (" + wrong + "), is called again and again");
        }
    }

    /** What runs stands still, though the process goes on. */
    void stall() {
        if (current != null && process.alive() && !current.committing) {
            stalledSince = Math.min(stalledSince, time.now());
        }
    }

    /** Whether what it runs has been standing still for so many milliseconds, and it could be heard to do so. */
    boolean stalledFor(long millis) {
        return stalledSince != NEVER
                && process.alive()
                && !process.paused()
                && !lostIn
                && !lostOut
                && time.now() - Math.max(stalledSince, steadySince) >= millis;
    }

    /** As it should be again. */
    void mend() {
        if (deleted) {
            return;
        }
        heal();
        if (isWrong() || stalledSince != NEVER) {
            replaceBy(SimWrong.NOT);
        }
        restart();
    }

    /** Whether nothing has been wrong with it for so many milliseconds. */
    boolean steadyFor(long millis) {
        boolean well = process.alive()
                && !process.paused()
                && !draining
                && !deleted
                && !lostIn
                && !lostOut
                && !isWrong()
                && stalledSince == NEVER;
        return well && time.now() - steadySince >= millis;
    }

    /** Whether it has been at work on a task for so many milliseconds, and means to go on. */
    boolean worksOn(String key, long millis) {
        SimRun run = current;
        return run != null && run.key().equals(key) && !run.cancelling && time.now() - run.began >= millis;
    }

    boolean deafens() {
        return lostOut;
    }

    /** The process is gone, at once; its machine closes its connections. */
    void kill(boolean forMemory) {
        if (!process.alive()) {
            return;
        }
        SimRun run = current;
        process.kill();
        current = null;
        lastDeath = null;
        if (run != null) {
            if (forMemory) {
                judge.charged(run.key(), name);
                lastDeath = WorkerDeath.newBuilder()
                        .setKey(run.key())
                        .setAttempt(run.assignment.getAttempt())
                        .setCause(WORKER_DEATH_CAUSE_MEMORY)
                        .build();
            }
            run.listeners.forEach(SimStream::breakOff);
        }
    }

    /** Starts it again unless it runs. */
    void restart() {
        if (!process.alive() && !deleted) {
            time.note(name + " starts");
            start();
        }
    }

    void pause(long millis) {
        process.pause(millis);
        steadySince = time.now() + millis;
    }

    void hole(boolean in, boolean out) {
        lostIn = in;
        lostOut = out;
        steadySince = time.now();
    }

    /** The network works again; connections that lost something may be found broken. */
    void heal() {
        boolean cut = lostIn || lostOut;
        hole(false, false);
        if (cut && current != null && time.oneIn(2)) {
            breakStreams();
        }
    }

    void breakStreams() {
        if (current != null) {
            current.listeners.forEach(SimStream::breakOff);
            current.listeners.clear();
        }
    }

    /** For ever, with so much time. {@code gone}: to be called when its process is. */
    void deleted(long grace, Runnable gone) {
        if (deleted) {
            return;
        }
        deleted = true;
        if (process.alive()) {
            stop(grace, () -> {});
        }
        // Whatever it does meanwhile.
        time.in(grace + KILL, "", () -> {
            kill(false);
            gone.run();
        });
    }

    boolean isDeleted() {
        return deleted;
    }

    /** SIGTERM, with so much time. */
    void drain(long grace, long back) {
        if (process.alive() && !draining) {
            stop(grace, () -> time.in(back, "", this::restart));
        }
    }

    private void stop(long grace, Runnable then) {
        draining = true;
        process.in(grace, name + " stops", () -> {
            SimRun run = current;
            if (run != null && !run.committing) {
                boolean saved = grace > 2_000 && save(run);
                end(
                        run,
                        TaskEvent.newBuilder()
                                .setInterrupted(TaskInterrupted.newBuilder()
                                        .setReason("stops")
                                        .setCheckpointedStep(saved ? run.steps : 0)));
            }
            process.in(50, name + " exits", () -> {
                kill(false);
                then.run();
            });
        });
    }

    /** What runs ends with a failure. */
    void fail(FailureKind kind) {
        SimRun run = current;
        if (run != null && process.alive() && !process.paused() && !run.committing) {
            if (kind == FailureKind.FAILURE_KIND_USER_ERROR) {
                judge.hopeless(run.key(), name);
            } else if (kind != FailureKind.FAILURE_KIND_EXTERNAL && kind != FailureKind.FAILURE_KIND_DEVICE) {
                judge.charged(run.key(), name);
            }
            end(
                    run,
                    TaskEvent.newBuilder()
                            .setFailed(TaskFailure.newBuilder()
                                    .setKind(kind)
                                    .setCause("simulated")
                                    .setAdvice("none")));
        }
    }

    WorkerDescription describe() {
        WorkerDescription.Builder description = WorkerDescription.newBuilder()
                .setWorkerId(process.name)
                .setKind(kind)
                .setAlgorithmVersion(wrong.saidVersion)
                .setStoreId(wrong.saidStore)
                .setState(draining ? WorkerState.WORKER_STATE_DRAINING : WorkerState.WORKER_STATE_IDLE);
        if (lastDeath != null) {
            description.setLastDeath(lastDeath);
        }
        SimRun run = current;
        if (run != null) {
            description
                    .setState(draining ? WorkerState.WORKER_STATE_DRAINING : WorkerState.WORKER_STATE_BUSY)
                    .setRunningKey(run.key())
                    .setRunningAttempt(run.assignment.getAttempt())
                    .setRunningStep(run.steps);
        }
        return description.build();
    }

    boolean cancel(String key) {
        SimRun run = current;
        boolean found = run != null && run.key().equals(key);
        if (found) {
            run.cancelling = true;
            if (stalledSince != NEVER) {
                goOn(run, STUCK, "is stuck", () -> {
                    kill(false);
                    time.in(1_000, "", this::restart);
                });
            }
        }
        return found;
    }

    void run(TaskAssignment assignment, SimStream stream) {
        SimRun run = current;
        if (assignment.getTerm() != 0 && assignment.getTerm() < highestTerm) {
            stream.end(Status.FAILED_PRECONDITION);
            return;
        }
        highestTerm = Math.max(highestTerm, assignment.getTerm());
        if (run != null && run.key().equals(assignment.getKey()) && !run.cancelling) {
            listen(run, stream, true);
        } else if (draining) {
            stream.end(Status.UNAVAILABLE);
        } else if (run == null && refuses(stream)) {
            judge.charged(assignment.getKey(), name);
        } else if (run == null) {
            begin(assignment, stream);
        } else {
            answerWhileBusy(assignment.getKey(), stream);
        }
    }

    private void answerWhileBusy(String key, SimStream stream) {
        boolean done;
        try {
            done = view.exists(manifestName(key));
        } catch (StoreException e) {
            done = false;
        }
        if (done) {
            stream.send(completed());
            stream.end(Status.OK);
        } else {
            stream.end(Status.RESOURCE_EXHAUSTED);
        }
    }

    /** Given a task although it is wrong: once, before anybody knows. True: it does not take it. */
    private boolean refuses(SimStream stream) {
        if (!isWrong()) {
            return false;
        }
        boolean known = time.now() - Math.max(wrongSince, steadySince) > TOLD
                && stream.caller().awakeFor(TOLD);
        if (wrong.isSaid() && known) {
            judge.violated(name + " is given a task, though it says that it does not fit");
        }
        wrong.refusal.ifPresent(stream::end);
        return wrong.refusal.isPresent();
    }

    /** How a wrong worker ends what it took. */
    private boolean failsWrongly(SimRun run) {
        switch (wrong) {
            case FAILS -> fail(FailureKind.FAILURE_KIND_INTERNAL);
            case COMMITS_ELSEWHERE -> {
                judge.charged(run.key(), name);
                end(run, TaskEvent.newBuilder().setCompleted(TaskCompleted.getDefaultInstance()));
            }
            case NO_SECRET -> fail(FailureKind.FAILURE_KIND_EXTERNAL);
            case SAYS_OTHER_STORE, IS_OTHER_STORE -> {
                judge.charged(run.key(), name);
                end(
                        run,
                        TaskEvent.newBuilder()
                                .setFailed(TaskFailure.newBuilder()
                                        .setKind(FailureKind.FAILURE_KIND_USER_ERROR)
                                        .setCause("There is no artifact " + run.key() + " in simulated:other")));
            }
            case NOT, SAYS_OTHER_VERSION, IS_OTHER_VERSION, REFUSES -> {
                return false;
            }
        }
        return true;
    }

    private void begin(TaskAssignment assignment, SimStream stream) {
        SimRun run = new SimRun(assignment, time.now());
        run.deafSteps = time.oneIn(3) ? (int) time.between(1, 4) : 0;
        current = run;
        listen(run, stream, false);
        goOn(run, 0, "resumes", () -> {
            resume(run);
            stepSoon(run);
        });
        beat(run);
    }

    private void listen(SimRun run, SimStream stream, boolean joined) {
        run.listeners.add(stream);
        stream.send(TaskEvent.newBuilder()
                .setAccepted(TaskAccepted.newBuilder()
                        .setAttempt(run.assignment.getAttempt())
                        .setJoined(joined)
                        .setWorkerId(process.name))
                .build());
    }

    private void goOn(SimRun run, long millis, String what, Runnable action) {
        process.in(millis, name + " " + what, () -> {
            if (current == run) {
                action.run();
            }
        });
    }

    private void beat(SimRun run) {
        goOn(run, HEARTBEAT, "beats", () -> {
            tell(
                    run,
                    TaskEvent.newBuilder()
                            .setHeartbeat(TaskHeartbeat.getDefaultInstance())
                            .setWorkQuietFor(Durations.fromMillis(quietFor())));
            beat(run);
        });
    }

    /** What it says of the work that stands still; tests break it on purpose. */
    long quietFor() {
        return stalledSince == NEVER ? 0 : time.now() - stalledSince;
    }

    /** The newest state whose bytes are right. */
    private void resume(SimRun run) {
        try {
            for (String name : view.list(statesPrefix(run.key()))) {
                Optional<SimResults.State> state = view.read(name).flatMap(SimResults::state);
                if (state.isPresent() && state.get().steps() > run.steps) {
                    run.steps = state.get().steps();
                    run.chain = state.get().chain();
                }
            }
        } catch (StoreException e) {
            time.note(name + " begins with the first step: " + e.getMessage());
        }
        if (run.steps > 0) {
            tell(run, TaskEvent.newBuilder().setResumed(TaskResumed.newBuilder().setStep(run.steps)));
        }
    }

    private void stepSoon(SimRun run) {
        goOn(run, stepMillis(), "steps", () -> step(run));
    }

    /** How long the next step takes. */
    long stepMillis() {
        return time.between(200, 4_000);
    }

    private void step(SimRun run) {
        if (stalledSince != NEVER) {
            return;
        }
        // A long step looks up late.
        if (run.cancelling && run.deafSteps-- <= 0) {
            end(run, TaskEvent.newBuilder().setCancelled(TaskCancelled.getDefaultInstance()));
            return;
        }
        if (failsWrongly(run)) {
            return;
        }
        if (judge.poisoned(run.key())) {
            fail(FailureKind.FAILURE_KIND_INTERNAL);
            return;
        }
        if (!run.atEnd()) {
            run.step();
            tell(
                    run,
                    TaskEvent.newBuilder().setProgress(TaskProgress.newBuilder().setStep(run.steps)));
        }
        if (run.atEnd()) {
            run.committing = true;
            goOn(run, time.between(0, 500), "commits", () -> commit(run));
            return;
        }
        if (time.oneIn(2) && save(run)) {
            tell(
                    run,
                    TaskEvent.newBuilder()
                            .setCheckpointed(TaskCheckpointed.newBuilder().setStep(run.steps)));
        }
        stepSoon(run);
    }

    private boolean save(SimRun run) {
        try {
            view.createIfAbsent(
                    statesPrefix(run.key()) + run.assignment.getAttempt() + "-" + run.steps,
                    SimResults.state(run.steps, run.chain));
            return true;
        } catch (StoreException e) {
            return false;
        }
    }

    private void commit(SimRun run) {
        TaskEvent.Builder outcome;
        try {
            String name = manifestName(run.key());
            if (!view.exists(name)) {
                view.createIfAbsent(
                        name, SimResults.manifest(run.key(), run.assignment.getSpec(), result(run), process.name));
            }
            outcome = TaskEvent.newBuilder().setCompleted(TaskCompleted.getDefaultInstance());
        } catch (StoreException e) {
            outcome = TaskEvent.newBuilder()
                    .setFailed(TaskFailure.newBuilder()
                            .setKind(FailureKind.FAILURE_KIND_EXTERNAL)
                            .setCause(e.getMessage()));
        }
        TaskEvent.Builder ended = outcome;
        goOn(run, 0, "ends", () -> end(run, ended));
    }

    /** What is committed; tests break it on purpose. */
    long result(SimRun run) {
        return run.chain;
    }

    private void tell(SimRun run, TaskEvent.Builder event) {
        TaskEvent told = event.build();
        run.listeners.forEach(listener -> listener.send(told));
    }

    /** What is said of an end; tests break it on purpose. */
    TaskEvent.Builder said(TaskEvent.Builder event) {
        return event;
    }

    private void end(SimRun run, TaskEvent.Builder event) {
        current = null;
        tell(run, said(event));
        run.listeners.forEach(listener -> listener.end(Status.OK));
    }

    private static TaskEvent completed() {
        return TaskEvent.newBuilder()
                .setCompleted(TaskCompleted.newBuilder().setReused(true))
                .build();
    }

    private static String manifestName(String key) {
        return "artifacts/" + key + "/manifest.json";
    }

    private static String statesPrefix(String key) {
        return "tasks/" + key + "/states/";
    }
}
