package org.crvqa.coordinator.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.crvqa.coordinator.fleet.Member;
import org.crvqa.coordinator.scale.ScaleSettings;
import org.crvqa.study.attempt.Outcome;
import org.crvqa.study.experiment.Settings;
import org.crvqa.study.experiment.StoredExperiment;
import org.crvqa.task.v1.WorkerKind;

/**
 * One schedule: the real planner and dispatcher with simulated workers, store, network and people. A seed decides what
 * goes wrong and when, and the order of all that could happen in more than one; invariants are checked after every event.
 */
final class Simulation {
    static final List<WorkerKind> KINDS =
            List.of(WorkerKind.WORKER_KIND_TRAINER, WorkerKind.WORKER_KIND_PRUNER, WorkerKind.WORKER_KIND_EVALUATOR);

    /** By when everything must have ended once nothing goes wrong any more. */
    private static final long LONGEST_CALM = 3_600_000;

    private static final long LONGEST_ZOMBIE = 40_000;
    private static final long LONG_WELL = 60_000;
    private static final long LONG_LEAVING = 30_000;

    /** From when something shows to when it has been noticed, where a stream had fallen silent. */
    private static final long NOTICED = SimCoordinator.SILENCE.toMillis() + 20_000;

    /** What tests replace by something broken. */
    interface Parts {
        Parts SOUND = new Parts() {};

        default SimStore store(SimTime time) {
            return new SimStore(time);
        }

        default SimWorker worker(String name, WorkerKind kind, SimTime time, SimStore store, SimJudge judge) {
            return new SimWorker(name, kind, time, store, judge);
        }

        /** For how long a coordinator believes in its own lead, and in another's. */
        default Duration lease(int place) {
            return SimInstance.LEASE;
        }

        /** Whether the store is asked who leads before anything is acknowledged. */
        default boolean fenced() {
            return true;
        }

        /** How a coordinator hears of a worker. */
        default Member told(Member member) {
            return member;
        }

        /** Whether coordinators scale the pools of workers. */
        default boolean scales(SimTime time) {
            return time.oneIn(4);
        }

        /** What a coordinator believes of how it is to scale. */
        default ScaleSettings believed(ScaleSettings settings) {
            return settings;
        }

        /** Whether the cluster keeps the marks that it confirms. */
        default boolean keepsMarks() {
            return true;
        }

        /** What people want. */
        default SimExperiments.Variant experiment(SimTime time) {
            return SimExperiments.any(time);
        }

        /** For how many milliseconds things go wrong, at most. */
        default long longest() {
            return 240_000;
        }

        /** What the dispatcher is told of an experiment. */
        default StoredExperiment told(StoredExperiment experiment) {
            return experiment;
        }

        /** What a dispatcher that begins is told of what was set. */
        default Settings told(Settings settings) {
            return settings;
        }
    }

    /** What a schedule came to. */
    record Outcome(long events, long simulatedMillis, long digest, int results, int restarts) {}

    private final long seed;
    final SimTime time;
    final SimStore store;
    final SimMembers members;
    /** That exist. */
    final List<SimWorker> workers;

    final SimClient client;
    final Parts parts;
    final SimJudge judge = new SimJudge();
    private final Map<SimCoordinator, SimBoardCheck> boardChecks = new HashMap<>();
    private final Map<SimCoordinator, SimOrderCheck> orderChecks = new HashMap<>();
    private final Map<SimWorker, Long> uselessSince = new HashMap<>();
    private final List<SimInstance> instances = new ArrayList<>();
    private int starts;
    private boolean calm;

    Simulation(long seed, Parts parts, boolean wholeTrace) {
        this.seed = seed;
        this.parts = parts;
        time = new SimTime(seed, wholeTrace);
        store = parts.store(time);
        store.listen(judge);
        members = new SimMembers(time, parts, store, judge);
        workers = members.workers;
        for (WorkerKind kind : KINDS) {
            for (long i = time.between(1, 3); i > 0; i--) {
                members.join(kind);
            }
        }
        if (parts.scales(time)) {
            members.keptBy(new SimPools(time, members, judge, parts.keepsMarks()));
        }
        client = new SimClient(time, this::leader);
        for (int place = time.oneIn(2) ? 1 : 0; place >= 0; place--) {
            instances.add(instance(instances.size()));
        }
        time.afterEach(this::checkAlways);
    }

    /** Runs it. @throws SimViolation when something happened that must never happen */
    Outcome run() {
        new SimFaults(seed, this, judge).begin();
        while (!calm) {
            time.step();
        }
        long end = time.now() + LONGEST_CALM;
        while (!ended()) {
            if (time.now() > end) {
                throw new SimViolation("Not everything has ended an hour after the last fault: " + unfinished());
            }
            time.step();
        }
        return new Outcome(time.count(), time.now(), time.digest(), store.manifests(), starts - instances.size());
    }

    /** Nothing goes wrong from now on. */
    void calm() {
        calm = true;
    }

    /** Kills one, with everything that it had in memory, and starts it again after so many milliseconds. */
    void killCoordinator(long back) {
        int place = time.random.nextInt(instances.size());
        instances.get(place).process.kill();
        time.in(back, "", () -> startCoordinator(place));
    }

    void pauseCoordinator(long millis) {
        time.oneOf(instances).process.pause(millis);
    }

    void suspendCoordinator(long millis) {
        time.oneOf(instances).suspend(millis);
    }

    /** Starts all that do not run. */
    void startCoordinators() {
        for (int place = 0; place < instances.size(); place++) {
            startCoordinator(place);
        }
    }

    private void startCoordinator(int place) {
        if (!instances.get(place).process.alive()) {
            instances.set(place, instance(place));
        }
    }

    private SimInstance instance(int place) {
        String name = "coordinator-" + place + "#" + ++starts;
        return new SimInstance(name, "coordinator-" + place + ":1", parts.lease(place), time, store, this::office);
    }

    /** It is told of all experiments of the store before it does anything. */
    private SimCoordinator office(SimProcess process, Leadership mandate) {
        SimCoordinator office = new SimCoordinator(
                process, mandate, time, store, members, judge, parts, client::settings, this::called, this::check);
        boardChecks.put(office, new SimBoardCheck(store, workers, judge));
        orderChecks.put(office, new SimOrderCheck(time, members, judge, client));
        office.listen();
        office.begin(List.copyOf(client.durable));
        return office;
    }

    private Optional<SimCoordinator> leader() {
        return instances.stream()
                .flatMap(instance -> instance.leading().stream())
                .findFirst();
    }

    private void checkAlways() {
        judge.throwIfViolated();
        if (instances.stream().filter(SimInstance::holds).count() > 1) {
            throw new SimViolation("Two coordinators may give out tasks at the same time");
        }
    }

    private void check(SimCoordinator turned) {
        if (!turned.stopped()) {
            boardChecks.get(turned).check(turned);
            orderChecks.get(turned).check(turned);
            workers.forEach(worker -> useless(turned, worker));
            stalled(turned);
        }
    }

    /** A coordinator is about to call a worker. */
    private void called(SimStream stream) {
        judge.called(stream);
        SimWorker worker = stream.worker();
        boolean betterIsThere = workers.stream()
                .anyMatch(other -> other != worker && other.kind == worker.kind && other.steadyFor(LONG_WELL));
        if (worker.isWrong() && betterIsThere) {
            worker.calledWrongly(stream.caller());
        }
        boolean runsIt = worker.current != null && worker.current.key().equals(stream.key);
        if (!runsIt
                && members.leavesFor(worker, LONG_LEAVING)
                && stream.caller().awakeFor(LONG_LEAVING)) {
            judge.violated(worker.name + " is given a task, though it has long been said to leave");
        }
    }

    /** What stands still is noticed. */
    private void stalled(SimCoordinator turned) {
        for (SimWorker worker : workers) {
            long bound = SimCoordinator.STALL.toMillis() + NOTICED;
            boolean unnoticed =
                    turned.slot(worker).filter(slot -> slot.attempt != null).isPresent()
                            && worker.stalledFor(bound)
                            && time.now() - turned.steadySince() > bound;
            if (unnoticed) {
                judge.violated(worker.name + " stands still, and nobody notices");
            }
        }
    }

    /** Nobody may go on for long with what nobody waits for. */
    private void useless(SimCoordinator turned, SimWorker worker) {
        SimRun run = worker.current;
        // What commits may be waiting for one that was stopped in the middle of a call to the store, as no real worker
        // does.
        boolean useless = run != null
                && !run.committing
                && worker.steadyFor(0)
                && turned.dispatcher.board.task(run.key()).filter(Task::ended).isPresent();
        if (!useless) {
            uselessSince.remove(worker);
            return;
        }
        long since = Math.max(uselessSince.computeIfAbsent(worker, unused -> time.now()), turned.steadySince());
        if (worker.steadyFor(LONGEST_ZOMBIE) && time.now() - since > LONGEST_ZOMBIE) {
            judge.violated(worker.name + " still works on " + run.key() + ", for which nobody waits");
        }
    }

    private boolean ended() {
        return client.satisfied() && unfinished().isEmpty();
    }

    private String unfinished() {
        Optional<SimCoordinator> leader = leader();
        if (leader.isEmpty()) {
            return "nobody leads";
        }
        Dispatcher dispatcher = leader.get().dispatcher;
        for (SimClient.Submission submission : client.durable) {
            ExperimentEntry entry = dispatcher.board.experiments().get(submission.id());
            if (entry == null || entry.needsTasks()) {
                return submission.id() + " goes on";
            }
            if (client.knowsCancelled(submission.id()) && !entry.cancelled()) {
                return submission.id() + " was cancelled and has come back";
            }
        }
        if (dispatcher.roster.all().size() != workers.size()) {
            return "of " + workers.size() + " workers "
                    + dispatcher.roster.all().size() + " are known";
        }
        for (WorkerSlot slot : dispatcher.roster.all()) {
            if (slot.attempt != null || !slot.idle(time.clock(Duration.ZERO).instant())) {
                return slot.name() + " is not free";
            }
        }
        for (SimWorker worker : workers) {
            if (worker.current != null) {
                return worker.name + " still runs " + worker.current.key();
            }
        }
        return "";
    }
}
