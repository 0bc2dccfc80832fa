package org.crvqa.coordinator.dispatch;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.coordinator.experiment.StoredExperiment;
import org.crvqa.coordinator.plan.PlanTask;

/** One start of a coordinator process: the real dispatcher, with simulated time, store and network. */
final class SimCoordinator {
    static final Duration SILENCE = Duration.ofSeconds(45);
    private static final Duration POLL = Duration.ofSeconds(3);
    private static final long TICK = 1_000;
    /** Registering meters takes longer than a schedule. */
    private static final DispatchMetrics METRICS = new DispatchMetrics(new SimpleMeterRegistry());

    final SimProcess process;
    final Dispatcher dispatcher;
    private long steadySince = Long.MAX_VALUE / 2;
    private final SimTime time;
    private final SimJudge judge;
    private final Simulation.Parts parts;
    private final AttemptLog log;
    private final ObjectStore view;
    private final SimQueue turns;
    private final Consumer<SimCoordinator> afterTurn;
    /** The nesting at which work of the store runs: what it hands to the state is its answer. */
    private int working = -1;

    SimCoordinator(
            String name,
            SimTime time,
            SimStore store,
            List<SimWorker> workers,
            SimJudge judge,
            Simulation.Parts parts,
            Consumer<SimCoordinator> afterTurn) {
        this.time = time;
        this.judge = judge;
        this.parts = parts;
        this.afterTurn = afterTurn;
        this.process = new SimProcess(time, name);
        this.turns = new SimQueue(time, process);
        this.view = store.of(process);
        Duration wrong = Duration.ofSeconds(time.between(-600, 600));
        this.log = new AttemptLog(view, new ArtifactRepository(view, Path.of("unused")), time.clock(wrong));
        List<SimConnection> connections = new ArrayList<>();
        workers.forEach(worker -> connections.add(new SimConnection(time, worker, process, judge::called)));
        this.dispatcher = new Dispatcher(
                new EventLoop(time.clock(Duration.ZERO), this::turn, this::work),
                new DispatchSettings(SILENCE, POLL),
                log,
                METRICS,
                connections);
    }

    /** When it had its last experiment loaded, or was last woken; far in the future before. */
    long steadySince() {
        return steadySince;
    }

    /** As SIGSTOP for so long. */
    void pause(long millis) {
        process.pause(millis);
        steadySince = Math.max(steadySince, time.now() + millis);
    }

    /** Looks at the clock from now on. */
    void begin() {
        steadySince = time.now();
        tick();
    }

    private void tick() {
        dispatcher.tick();
        process.in(TICK, "", this::tick);
    }

    /** Reads what the store says of an experiment's tasks, then gives it to the dispatcher; until that works. */
    void load(SimClient.Submission submission, Runnable then) {
        process.in(time.between(0, 50), process.name + " loads " + submission.id(), () -> {
            Map<ArtifactKey, TaskHistory> histories = new HashMap<>();
            boolean cancelled;
            try {
                cancelled = view.exists(submission.cancelledName());
                for (PlanTask task : submission.variant().plan().tasks()) {
                    histories.put(task.key(), log.history(task.key()));
                }
            } catch (StoreException e) {
                process.in(time.between(500, 3_000), "", () -> load(submission, then));
                return;
            }
            process.in(process.takeWaited(), "", () -> add(submission.stored(cancelled), submission, histories, then));
        });
    }

    private void add(
            StoredExperiment stored,
            SimClient.Submission submission,
            Map<ArtifactKey, TaskHistory> histories,
            Runnable then) {
        dispatcher
                .add(parts.told(stored), Optional.of(submission.variant().plan()), histories)
                .whenComplete((added, error) -> {
                    if (error != null) {
                        judge.violated(process.name + " cannot take " + submission.id() + ": " + error);
                    }
                    then.run();
                });
    }

    /** Something durable for a client; until that works. */
    void store(String name, Runnable then) {
        process.in(time.between(0, 50), process.name + " writes " + name, () -> {
            try {
                view.createIfAbsent(name, new byte[] {1});
            } catch (StoreException e) {
                process.in(time.between(500, 3_000), "", () -> store(name, then));
                return;
            }
            then.run();
        });
    }

    private void turn(Runnable turn) {
        if (working == time.depth()) {
            process.in(process.takeWaited(), "", () -> enqueue(turn));
        } else {
            enqueue(turn);
        }
    }

    private void enqueue(Runnable turn) {
        turns.add(time.between(0, 5), process.name + " turns", () -> {
            turn.run();
            afterTurn.accept(this);
        });
    }

    private void work(Runnable work) {
        process.in(time.between(0, 40), process.name + " asks the store", () -> {
            int before = working;
            working = time.depth();
            try {
                work.run();
            } finally {
                working = before;
            }
        });
    }
}
