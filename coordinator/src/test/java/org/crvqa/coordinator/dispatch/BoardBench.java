package org.crvqa.coordinator.dispatch;

import com.google.protobuf.InvalidProtocolBufferException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.ObjectStores;
import org.crvqa.artifacts.store.StoreSettings;
import org.crvqa.coordinator.Samples;
import org.crvqa.coordinator.experiment.StoredExperiment;
import org.crvqa.coordinator.plan.Plan;
import org.crvqa.coordinator.plan.PlanTask;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.WorkerKind;

/**
 * What many large experiments cost the dispatcher: the heap that a task takes, and the time of single turns. Arguments:
 * experiments (100), seeds of each (500, which make 5,000 tasks), trainers (100). A main class, to be run with the test
 * class path of this module, as an IDE does; {@code -Xmx700m} is enough for the usual size.
 */
final class BoardBench {
    private static final int ROUNDS = 20;
    /** Before its level is set, a logger must not be collected. */
    private static final Logger LOG = Logger.getLogger("org.crvqa.coordinator");

    private final ManualLoop loop = new ManualLoop();
    private final List<FakeWorker> workers = new ArrayList<>();
    private final Dispatcher dispatcher;

    private BoardBench(ObjectStore store, Path cache, int trainers) {
        for (int i = 0; i < trainers; i++) {
            workers.add(new FakeWorker("trainer-" + i + ":1", WorkerKind.WORKER_KIND_TRAINER));
        }
        dispatcher = new Dispatcher(
                loop.eventLoop(),
                new DispatchSettings(Duration.ofSeconds(45), Duration.ofMillis(1500)),
                new AttemptLog(store, new ArtifactRepository(store, cache), loop),
                new DispatchMetrics(new SimpleMeterRegistry()),
                member -> workers.get(Integer.parseInt(member.address().replaceAll("\\D*(\\d+):1", "$1"))),
                Leadership.ALONE,
                "");
        dispatcher.members(FakeWorker.members(workers));
    }

    public static void main(String[] arguments) throws IOException {
        LOG.setLevel(Level.OFF);
        int experiments = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100;
        int seeds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 500;
        int trainers = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 100;
        Path folder = Files.createTempDirectory("board-bench");
        try (ObjectStore store =
                ObjectStores.open(StoreSettings.of(folder.resolve("store").toUri()))) {
            new BoardBench(store, folder.resolve("cache"), trainers).run(experiments, seeds);
        }
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
            added = time(() -> answer(() -> dispatcher.add(stored, Optional.of(plan), Map.of())));
        }
        long after = heap();
        System.out.printf(
                Locale.ROOT,
                "%d experiments, %d tasks: %.1f MB, %.0f bytes a task%n",
                experiments,
                tasks,
                (after - before) / 1e6,
                (after - before) / (double) tasks);
        say("taking the last experiment", added);
        String id = experiment(experiments / 2, seeds).getName();
        turns(id);
    }

    private void turns(String id) {
        say("a tick with nothing to do", mean(dispatcher::tick));
        // The workers say that they are idle; all of them are given something in the turns that follow.
        loop.pass(Duration.ofSeconds(2));
        say("giving a task to every trainer", time(() -> {
            dispatcher.tick();
            loop.turnState();
        }));
        loop.settle();
        long running = workers.stream().filter(worker -> worker.running != null).count();
        System.out.printf("%d trainers run something%n", running);
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
        say("cancelling an experiment", time(() -> answer(() -> dispatcher.cancel(id))));
    }

    private <T> T answer(Supplier<CompletableFuture<T>> question) {
        CompletableFuture<T> answer = question.get();
        loop.turnState();
        return answer.join();
    }

    private double mean(Runnable turn) {
        turn.run();
        loop.turnState();
        return time(() -> {
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

    /** Seconds. */
    private static double time(Runnable work) {
        long began = System.nanoTime();
        work.run();
        return (System.nanoTime() - began) / 1e9;
    }

    private static void say(String what, double seconds) {
        System.out.printf(Locale.ROOT, "%-35s %10.3f ms%n", what, seconds * 1e3);
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
