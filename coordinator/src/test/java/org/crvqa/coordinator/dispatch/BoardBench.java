package org.crvqa.coordinator.dispatch;

import com.google.protobuf.InvalidProtocolBufferException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.store.InMemoryObjectStore;
import org.crvqa.coordinator.BenchTable;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.study.Samples;
import org.crvqa.study.attempt.AttemptLog;
import org.crvqa.study.experiment.StoredExperiment;
import org.crvqa.study.plan.Plan;
import org.crvqa.study.plan.PlanTask;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.WorkerKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What many large experiments cost the dispatcher: the heap that a task takes, and the time of single turns. {@code
 * crvqa.bench.experiments} (100), {@code crvqa.bench.seeds} of each (500, which make 5,000 tasks), {@code
 * crvqa.bench.workers} (100 trainers). How to run it stands in docs/scale.md.
 */
class BoardBench {
    private static final int ROUNDS = 20;
    /** Before its level is set, a logger must not be collected. */
    private static final Logger LOG = Logger.getLogger("org.crvqa.coordinator");

    private final ManualLoop loop = new ManualLoop();
    private final List<FakeWorker> workers = new ArrayList<>();
    private final BenchTable table = new BenchTable("what", "value", "unit");
    private Dispatcher dispatcher;

    @TempDir
    private Path folder;

    @Test
    void manyExperiments() {
        LOG.setLevel(Level.OFF);
        int experiments = BenchTable.size("experiments", 100);
        int seeds = BenchTable.size("seeds", 500);
        for (int i = 0; i < BenchTable.size("workers", 100); i++) {
            workers.add(new FakeWorker("trainer-" + i + ":1", WorkerKind.WORKER_KIND_TRAINER));
        }
        ArtifactRepository artifacts = new ArtifactRepository(new InMemoryObjectStore(), folder);
        dispatcher = new Dispatcher(
                loop.eventLoop(),
                new DispatchSettings(Duration.ofSeconds(45), Duration.ofMillis(1500)),
                new AttemptLog(artifacts.store(), artifacts, loop),
                new DispatchMetrics(new SimpleMeterRegistry()),
                member -> workers.get(Integer.parseInt(member.address().replaceAll("\\D*(\\d+):1", "$1"))),
                Leadership.ALONE,
                "");
        dispatcher.members(FakeWorker.members(workers));
        run(experiments, seeds);
        table.print("Many experiments on the dispatcher's board");
    }

    private void run(int experiments, int seeds) {
        long before = heap();
        int tasks = 0;
        double added = 0;
        for (int i = 0; i < experiments; i++) {
            Experiment experiment = experiment(i, seeds);
            Plan plan = read(Samples.plan(experiment));
            tasks += plan.tasks().size();
            StoredExperiment stored = new StoredExperiment(
                    experiment.getName(), experiment, experiment, loop.instant().plusSeconds(i), false);
            added = BenchTable.seconds(() -> answer(() -> dispatcher.add(stored, Optional.of(plan), Map.of())));
        }
        long after = heap();
        table.row("experiments", experiments, "");
        table.row("tasks", tasks, "");
        table.row("heap", (after - before) / 1e6, "MB");
        table.row("heap of a task", (after - before) / (double) tasks, "bytes");
        say("taking the last experiment", added);
        String id = experiment(experiments / 2, seeds).getName();
        turns(id);
    }

    private void turns(String id) {
        say("a tick with nothing to do", mean(dispatcher::tick));
        // The workers say that they are idle; all of them are given something in the turns that follow.
        loop.pass(Duration.ofSeconds(2));
        say("giving a task to every trainer", BenchTable.seconds(() -> {
            dispatcher.tick();
            loop.turnState();
        }));
        loop.settle();
        long running = workers.stream().filter(worker -> worker.running != null).count();
        table.row("trainers that run something", running, "");
        say("a heartbeat of one worker", mean(() -> workers.get(0).heartbeat()));
        say("a state saved by one worker", mean(() -> workers.get(0).checkpoint(10)));
        say("a tick with all at work", mean(dispatcher::tick));
        say("list of experiments", mean(dispatcher::list));
        say("an experiment with its tasks", mean(() -> dispatcher.status(id)));
        long step = answer(() -> dispatcher.changes(Map.of(id, -1L), Set.of()))
                .changed()
                .get(id)
                .step();
        say("changes of an experiment, none", mean(() -> dispatcher.changes(Map.of(id, step), Set.of())));
        say("cancelling an experiment", BenchTable.seconds(() -> answer(() -> dispatcher.cancel(id))));
    }

    private <T> T answer(Supplier<CompletableFuture<T>> question) {
        CompletableFuture<T> answer = question.get();
        loop.turnState();
        return answer.join();
    }

    private double mean(Runnable turn) {
        turn.run();
        loop.turnState();
        return BenchTable.seconds(() -> {
                    for (int i = 0; i < ROUNDS; i++) {
                        turn.run();
                        loop.turnState();
                    }
                })
                / ROUNDS;
    }

    /** As it comes from the store after a restart, where no two tasks share any object. */
    private static Plan read(Plan plan) {
        return new Plan(
                plan.tasks().stream()
                        .map(task -> new PlanTask(
                                new ArtifactKey(task.key().hex()),
                                task.kind(),
                                read(task.spec()),
                                task.label(),
                                task.dependsOn(),
                                task.usedByRuns()))
                        .toList(),
                List.of(),
                plan.tasksUnshared());
    }

    private static TaskSpec read(TaskSpec spec) {
        try {
            return TaskSpec.parseFrom(spec.toByteArray());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Experiment experiment(int number, int seeds) {
        Experiment.Builder experiment =
                Samples.experiment().toBuilder().setName("large-" + number).clearSeeds();
        for (int i = 0; i < seeds; i++) {
            experiment.addSeeds((long) number * seeds + i);
        }
        return experiment.build();
    }

    private void say(String what, double seconds) {
        table.row(what, seconds * 1e3, "ms");
    }

    /** Bytes that are in use after a collection. */
    private static long heap() {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
