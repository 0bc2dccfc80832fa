package org.crvqa.coordinator.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.crvqa.task.v1.FailureKind;

/** What goes wrong in a schedule, and what people want meanwhile; then everything is mended. */
final class SimFaults {
    private static final List<FailureKind> FAILURES = List.of(
            FailureKind.FAILURE_KIND_EXTERNAL,
            FailureKind.FAILURE_KIND_EXTERNAL,
            FailureKind.FAILURE_KIND_EXTERNAL,
            FailureKind.FAILURE_KIND_DEVICE,
            FailureKind.FAILURE_KIND_INTERNAL,
            FailureKind.FAILURE_KIND_INSUFFICIENT_RESOURCES,
            FailureKind.FAILURE_KIND_CORRUPT_DATA);

    private static final List<SimWrong> WRONGS = List.of(SimWrong.values());

    private final Simulation cluster;
    private final SimJudge judge;
    private final SimTime time;
    /** Of its own, so that schedules without pauses are what they would be if there were none. */
    private final Random pauses;

    private final List<SimClient.Submission> wanted = new ArrayList<>();
    /** Whether workers come and go. */
    private boolean churns;

    private long until;
    /** Mean time between two faults. */
    private long pace;

    SimFaults(long seed, Simulation cluster, SimJudge judge) {
        this.pauses = new Random(seed);
        this.cluster = cluster;
        this.judge = judge;
        this.time = cluster.time;
    }

    /** Plans the schedule. */
    void begin() {
        until = time.between(40_000, cluster.parts.longest());
        pace = time.between(1_500, 15_000);
        cluster.store.faulty(!time.oneIn(4));
        churns = time.oneIn(2);
        for (long i = time.between(1, 3); i > 0; i--) {
            want((int) i);
        }
        if (time.oneIn(5)) {
            int place = time.random.nextInt(100);
            time.oneOf(wanted)
                    .variant()
                    .plans()
                    .values()
                    .forEach(plan -> judge.poison(
                            plan.tasks().get(place % plan.tasks().size()).key().hex()));
        }
        time.at(until, "calm", this::mend);
        next();
    }

    private void want(int number) {
        SimClient.Submission submission = SimClient.Submission.of(
                "experiment-" + number,
                cluster.parts.experiment(time),
                time.random.nextInt(2),
                time.clock(Duration.ZERO).instant().plusSeconds(number),
                time.oneIn(3));
        wanted.add(submission);
        long when = time.oneIn(2) ? time.between(0, 500) : time.between(0, until);
        time.at(when, submission.id() + " is submitted", () -> cluster.client.submit(submission));
        if (pauses.nextInt(5) == 0) {
            pause(submission, when + pauses.nextInt(60_000));
        }
        if (time.oneIn(4)) {
            time.at(
                    when + time.between(0, 90_000),
                    submission.id() + " is cancelled",
                    () -> cluster.client.cancel(submission));
        }
    }

    private void pause(SimClient.Submission submission, long when) {
        if (when >= until) {
            return;
        }
        boolean stops = pauses.nextInt(3) > 0;
        time.at(
                when,
                submission.id() + " is paused" + (stops ? ", and what runs of it" : ""),
                () -> cluster.client.pause(submission, true, stops));
        long resumed = when + 1_000 + pauses.nextInt(59_000);
        if (resumed < until) {
            time.at(resumed, submission.id() + " is resumed", () -> cluster.client.pause(submission, false, false));
            if (pauses.nextBoolean()) {
                pause(submission, resumed + pauses.nextInt(20_000));
            }
        }
    }

    private void next() {
        long when = time.now() + time.between(0, 2 * pace);
        if (when < until) {
            time.at(when, "", () -> {
                disturb();
                next();
            });
        }
    }

    private void disturb() {
        if (cluster.workers.isEmpty() || churns && time.oneIn(4)) {
            churn();
            return;
        }
        SimWorker worker = time.oneOf(cluster.workers);
        switch (time.random.nextInt(28)) {
            case 0, 1, 2 -> crash(worker, time.oneIn(5));
            case 3, 4 -> pause(worker);
            case 5, 6 -> hole(worker);
            case 7, 8 -> {
                time.note("the connections of " + worker.name + " break");
                worker.breakStreams();
            }
            case 9, 10 -> {
                time.note(worker.name + " is told to stop");
                worker.drain(time.between(0, 25_000), time.between(500, 30_000));
            }
            case 11, 12, 13 -> fail(worker, time.oneOf(FAILURES));
            case 14 -> fail(worker, time.oneIn(6) ? FailureKind.FAILURE_KIND_USER_ERROR : time.oneOf(FAILURES));
            case 15, 16 -> {
                time.note("a coordinator is killed");
                cluster.killCoordinator(time.between(200, 20_000));
            }
            case 17 -> {
                time.note("a coordinator is stopped");
                cluster.pauseCoordinator(time.between(1_000, 90_000));
            }
            case 18 -> {
                time.note("the store is away");
                cluster.store.away(time.between(500, time.oneIn(10) ? 600_000 : 20_000));
            }
            case 19 -> {
                time.note("a saved state rots");
                cluster.store.flipState();
            }
            case 20, 21, 22 -> {
                SimWrong wrong = time.oneOf(WRONGS);
                time.note(worker.name + " is replaced by one that is wrong: " + wrong);
                worker.replaceBy(wrong);
            }
            case 23, 24 -> {
                time.note(worker.name + " stands still");
                worker.stall();
            }
            case 25 -> {
                time.note("the store is slow");
                cluster.store.slow(time.between(5_000, 60_000));
            }
            default -> {
                time.note("a coordinator's machine is suspended");
                cluster.suspendCoordinator(time.between(5_000, 120_000));
            }
        }
    }

    /** Workers come and go, or are said to. */
    private void churn() {
        SimMembers members = cluster.members;
        if (cluster.workers.isEmpty() || time.oneIn(4)) {
            members.join(time.oneOf(Simulation.KINDS));
            return;
        }
        SimWorker worker = time.oneOf(cluster.workers);
        switch (time.random.nextInt(5)) {
            case 0, 1 -> members.delete(worker);
            case 2 -> members.misreport(worker);
            case 3 -> members.move(worker);
            default -> {
                time.note("nobody tells who there is");
                members.away(time.between(1_000, time.oneIn(4) ? 300_000 : 30_000));
            }
        }
    }

    private void crash(SimWorker worker, boolean forMemory) {
        time.note(worker.name + (forMemory ? " is killed for memory" : " is killed"));
        worker.kill(forMemory);
        time.in(time.between(500, 30_000), "", worker::restart);
    }

    private void pause(SimWorker worker) {
        time.note(worker.name + " is stopped");
        worker.pause(time.between(500, 120_000));
    }

    private void hole(SimWorker worker) {
        int way = time.random.nextInt(3);
        time.note(worker.name + " falls into a hole, way " + way);
        worker.hole(way != 1, way != 0);
        time.in(time.between(1_000, 100_000), worker.name + " is heard again", worker::heal);
    }

    private void fail(SimWorker worker, FailureKind kind) {
        time.note(worker.name + " fails: " + kind);
        worker.fail(kind);
        if (kind == FailureKind.FAILURE_KIND_DEVICE) {
            crash(worker, false);
        }
    }

    private void mend() {
        cluster.store.faulty(false);
        cluster.members.mend();
        for (SimWorker worker : cluster.workers) {
            worker.mend();
        }
        cluster.startCoordinators();
        cluster.client.resumeAll();
        cluster.calm();
    }
}
