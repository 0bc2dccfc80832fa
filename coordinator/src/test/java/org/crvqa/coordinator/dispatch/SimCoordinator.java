package org.crvqa.coordinator.dispatch;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.coordinator.fleet.FleetView;
import org.crvqa.coordinator.leader.TermFence;
import org.crvqa.coordinator.scale.Cordon;
import org.crvqa.coordinator.scale.ScaleLoop;
import org.crvqa.coordinator.scale.ScaleMetrics;
import org.crvqa.coordinator.scale.ScaleSettings;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.study.attempt.AttemptLog;
import org.crvqa.study.attempt.TaskHistory;
import org.crvqa.study.experiment.ExperimentStore;
import org.crvqa.study.experiment.Settings;
import org.crvqa.study.experiment.StoredExperiment;
import org.crvqa.study.plan.Plan;
import org.crvqa.study.plan.PlanTask;
import org.crvqa.study.plan.Release;

/** One start of a coordinator process: the real dispatcher, with simulated time, store and network. */
final class SimCoordinator {
    static final Duration SILENCE = Duration.ofSeconds(45);
    static final Duration STALL = Duration.ofSeconds(60);
    private static final Map<TaskKind, Duration> STALLS = Map.of(
            TaskKind.TASK_KIND_TRAIN, STALL,
            TaskKind.TASK_KIND_PRUNE, STALL,
            TaskKind.TASK_KIND_EVALUATE, STALL);
    private static final Duration POLL = Duration.ofSeconds(3);
    private static final long TICK = 1_000;
    /** Registering meters takes longer than a schedule. */
    private static final DispatchMetrics METRICS = new DispatchMetrics(new SimpleMeterRegistry());

    private static final ScaleMetrics SCALE_METRICS = new ScaleMetrics(new SimpleMeterRegistry());

    final SimProcess process;
    final Dispatcher dispatcher;
    private final Leadership mandate;
    private boolean ready;
    private boolean stopped;
    private long steadySince;
    private FleetView fleet = new FleetView(Map.of(), Map.of(), List.of());
    private final SimTime time;
    private final SimJudge judge;
    private final Simulation.Parts parts;
    private final Function<String, Settings> settingsOf;
    private final AttemptLog log;
    private final ObjectStore view;
    private final ExperimentStore experiments;
    private final Release release;
    private final SimQueue turns;
    private final Consumer<SimCoordinator> afterTurn;
    private final SimMembers members;

    SimCoordinator(
            SimProcess process,
            Leadership mandate,
            SimTime time,
            SimStore store,
            SimMembers members,
            SimJudge judge,
            Simulation.Parts parts,
            Function<String, Settings> settingsOf,
            Consumer<SimStream> calls,
            Consumer<SimCoordinator> afterTurn) {
        this.time = time;
        this.judge = judge;
        this.parts = parts;
        this.settingsOf = settingsOf;
        this.members = members;
        this.afterTurn = afterTurn;
        this.process = process;
        this.mandate = mandate;
        this.turns = new SimQueue(time, process);
        this.view = store.of(process);
        Duration wrong = Duration.ofSeconds(time.between(-600, 600));
        this.log = new AttemptLog(view, new ArtifactRepository(view, Path.of("unused")), time.clock(wrong));
        this.experiments = new ExperimentStore(view, time.clock(wrong));
        // Each start may be an upgrade, or its end.
        this.release = time.oneOf(SimExperiments.RELEASES);
        this.dispatcher = new Dispatcher(
                new EventLoop(time.clock(Duration.ZERO), this::turn, this::work),
                new DispatchSettings(
                        SILENCE, POLL, DispatchSettings.LOSSES_WITHOUT_PROGRESS, STALLS, DispatchSettings.MOST_TASKS),
                log,
                METRICS,
                member -> new SimConnection(time, members::at, member.address(), process, calls),
                mandate,
                SimStore.ID,
                this::step);
    }

    private AttemptTable.Step step(AttemptState state, AttemptEvent event) {
        judge.happened(state, event);
        return AttemptSteps.step(state, event);
    }

    /** What it keeps of a worker; empty when it does not know of it. */
    Optional<WorkerSlot> slot(SimWorker worker) {
        return dispatcher.roster.withId(worker.name);
    }

    Instant now() {
        return time.clock(Duration.ZERO).instant();
    }

    /** Goes on when the store says that nobody leads after it: then whoever leads later sees what it wrote. */
    void acknowledge(Runnable then) {
        process.in(time.between(0, 20), process.name + " asks whether it still leads", () -> {
            boolean leads;
            try {
                leads = !parts.fenced() || !new TermFence(view, mandate.term()).newerTermExists();
            } catch (StoreException e) {
                leads = false;
            }
            if (leads && !stopped) {
                then.run();
            }
        });
    }

    /** Since when it has been leading, with all experiments loaded, without having been stopped. */
    long steadySince() {
        if (!leads() || !process.awakeFor(0)) {
            steadySince = time.now();
        }
        return Math.max(steadySince, process.pausedUntil());
    }

    /** Whether it knows all experiments and nobody else can lead. */
    boolean leads() {
        return ready && !stopped && mandate.isHeld();
    }

    boolean stopped() {
        return stopped;
    }

    /** Hears who there is from now on. */
    void listen() {
        Cordon cordon = new Cordon(new SimSource(members, process));
        cordon.subscribe(list -> {
            if (!stopped) {
                dispatcher.members(list);
            }
        });
        cordon.start();
        members.pools().ifPresent(pools -> scale(pools, cordon));
    }

    private void scale(SimPools pools, Cordon cordon) {
        ScaleSettings settings = pools.settings();
        ScaleLoop loop = new ScaleLoop(new ScaleLoop.Parts(
                parts.believed(settings),
                () -> CompletableFuture.completedFuture(fleet),
                pools.of(process, settings),
                cordon,
                mandate,
                () -> parts.fenced() && new TermFence(view, mandate.term()).newerTermExists(),
                () -> ready,
                SCALE_METRICS,
                time.clock(Duration.ZERO)));
        scaleSoon(loop);
    }

    /** What the dispatcher says is brought to the loop, which would wait for it on a thread of its own. */
    private void scaleSoon(ScaleLoop loop) {
        process.in(ScaleLoop.INTERVAL.toMillis(), "", () -> {
            if (stopped) {
                loop.close();
                return;
            }
            var unused = dispatcher
                    .fleet()
                    .thenAccept(view -> process.in(0, process.name + " looks at its pools", () -> {
                        fleet = view;
                        if (!stopped) {
                            loop.step();
                        }
                    }));
            scaleSoon(loop);
        });
    }

    /** Takes all of these, then looks at the clock from now on. */
    void begin(List<SimClient.Submission> left) {
        if (stopped) {
            return;
        }
        if (left.isEmpty()) {
            ready = true;
            steadySince = time.now();
            tick();
            return;
        }
        load(left.get(0), () -> begin(left.subList(1, left.size())));
    }

    /** Leads no more. */
    void stop() {
        stopped = true;
        var unused = dispatcher.stop();
    }

    private void tick() {
        if (stopped) {
            return;
        }
        dispatcher.tick();
        process.in(TICK, "", this::tick);
    }

    /** Reads an experiment's plan and what the store says of its tasks, then gives it to the dispatcher; until that works. */
    void load(SimClient.Submission submission, Runnable then) {
        process.in(time.between(0, 50), process.name + " loads " + submission.id(), () -> {
            Map<ArtifactKey, TaskHistory> histories = new HashMap<>();
            StoredExperiment stored;
            Plan plan;
            try {
                stored = experiments.find(submission.id()).orElseThrow();
                plan = plan(stored, submission);
                for (PlanTask task : plan.tasks()) {
                    histories.put(task.key(), log.history(task.key()));
                }
            } catch (StoreException e) {
                process.in(time.between(500, 3_000), "", () -> load(submission, then));
                return;
            }
            judge.planned(process.name, submission.id(), plan);
            add(submission.stored(stored.cancelled()), plan, histories, then);
        });
    }

    private Plan plan(StoredExperiment stored, SimClient.Submission submission) {
        return experiments
                .plan(stored)
                .orElseGet(() ->
                        experiments.adopt(stored, submission.variant().plans().get(release)));
    }

    private void add(StoredExperiment stored, Plan plan, Map<ArtifactKey, TaskHistory> histories, Runnable then) {
        Settings settings = parts.told(settingsOf.apply(stored.id()));
        dispatcher
                .add(parts.told(stored), Optional.of(plan), histories, settings)
                .whenComplete((added, error) -> {
                    if (error != null) {
                        judge.violated(process.name + " cannot take " + stored.id() + ": " + error);
                    }
                    then.run();
                });
    }

    /** Something durable for a client; until that works. */
    void store(String name, Runnable then) {
        durably(name, () -> view.createIfAbsent(name, new byte[] {1}), then);
    }

    /** Takes an experiment, with the plan that this release makes of it; until that works. */
    void submit(SimClient.Submission submission, Runnable then) {
        Experiment experiment = submission.experiment();
        durably(
                submission.specName(),
                () -> {
                    if (submission.old()) {
                        SimExperiments.writeAsBefore(view, submission);
                    } else {
                        experiments.create(
                                experiment,
                                experiment,
                                submission.variant().plans().get(release));
                    }
                },
                then);
    }

    private void durably(String name, Runnable write, Runnable then) {
        process.in(time.between(0, 50), process.name + " writes " + name, () -> {
            try {
                write.run();
            } catch (StoreException e) {
                process.in(time.between(500, 3_000), "", () -> durably(name, write, then));
                return;
            }
            then.run();
        });
    }

    private void turn(Runnable turn) {
        turns.add(time.between(0, 5), process.name + " turns", () -> {
            turn.run();
            afterTurn.accept(this);
        });
    }

    private void work(Runnable work) {
        process.in(time.between(0, 40), process.name + " asks the store", () -> {
            work.run();
        });
    }
}
