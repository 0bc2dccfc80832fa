package org.crvqa.coordinator.dispatch;

import io.grpc.Status;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToDoubleFunction;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.LongStream;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.AlgorithmVersion;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactLayout;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.CanonicalJson;
import org.crvqa.artifacts.store.InMemoryObjectStore;
import org.crvqa.coordinator.BenchTable;
import org.crvqa.coordinator.fleet.Member;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.study.Samples;
import org.crvqa.study.attempt.AttemptLog;
import org.crvqa.study.attempt.TaskHistory;
import org.crvqa.study.experiment.StoredExperiment;
import org.crvqa.study.plan.Plan;
import org.crvqa.study.plan.PlanTask;
import org.crvqa.task.v1.TaskAccepted;
import org.crvqa.task.v1.TaskAssignment;
import org.crvqa.task.v1.TaskCompleted;
import org.crvqa.task.v1.TaskEvent;
import org.crvqa.task.v1.TaskHeartbeat;
import org.crvqa.task.v1.TaskProgress;
import org.crvqa.task.v1.WorkerDescription;
import org.crvqa.task.v1.WorkerKind;
import org.crvqa.task.v1.WorkerState;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What events cost the dispatcher beside many workers and in experiments of different sizes, half of whose tasks are done.
 * Everything on one thread, whose processor time is measured, over a store in memory, without a network: claims, calls and
 * looks at manifests are in these times. {@code crvqa.bench.workers} (1,000), {@code crvqa.bench.tasks} (100,000, the
 * largest). How to run it stands in docs/scale.md.
 */
class DispatchBench {
    private static final int TASKS_OF_A_SEED = 10;
    /** At a thousand a second, and four ticks a second. */
    private static final int COMPLETIONS_A_TICK = 250;

    private static final int EVENTS = 2000;
    private static final int WARM_UP_RUNS = 5;
    private static final int MOST_RUNS = 20;
    private static final int LARGEST_OFTEN = 10_000;
    private static final Duration TICK = DispatchSettings.TICK;
    /** Before its level is set, a logger must not be collected. */
    private static final Logger LOG = Logger.getLogger("org.crvqa.coordinator");

    @TempDir
    private Path folder;

    private final BenchTable table = new BenchTable(
            "tasks",
            "workers",
            "taking the experiment, ms",
            "completions, each with its next dispatch, a second",
            "tick, ms: mean",
            "longest",
            "heartbeat, µs",
            "progress, µs",
            "answer of a worker, µs",
            "status without tasks, µs",
            "heap, MB");

    @Test
    void costOfEvents() {
        LOG.setLevel(Level.OFF);
        int workers = BenchTable.size("workers", 1000);
        int largest = BenchTable.size("tasks", 100_000);
        // Not shown: the first ones pay for the compiler.
        for (int i = 0; i < WARM_UP_RUNS; i++) {
            new Run(folder, workers / 10, largest / 10).measure();
        }
        row(largest / 100, workers / 10);
        row(largest / 10, workers / 10);
        row(largest, workers / 10);
        row(largest, workers);
        table.print("Cost of events");
    }

    /** Small experiments often, so that as many events are measured. */
    private void row(int tasks, int workers) {
        List<Figures> all = new ArrayList<>();
        for (int i = 0; i < Math.max(1, MOST_RUNS / (1 + 10 * tasks / LARGEST_OFTEN)); i++) {
            all.add(new Run(folder, workers, tasks).measure());
        }
        table.row(
                tasks,
                workers,
                1e3 * mean(all, Figures::taking),
                1 / mean(all, Figures::completion),
                1e3 * mean(all, Figures::meanTick),
                1e3 * all.stream().mapToDouble(Figures::longestTick).max().orElse(0),
                1e6 * mean(all, Figures::heartbeat),
                1e6 * mean(all, Figures::progress),
                1e6 * mean(all, Figures::answer),
                1e6 * mean(all, Figures::status),
                mean(all, Figures::megabytes));
    }

    private static double mean(List<Figures> all, ToDoubleFunction<Figures> figure) {
        return all.stream().mapToDouble(figure).average().orElse(0);
    }

    /** In seconds. @param completion with the next dispatch @param megabytes of heap in use at the end */
    private record Figures(
            double taking,
            double completion,
            double meanTick,
            double longestTick,
            double heartbeat,
            double progress,
            double answer,
            double status,
            double megabytes) {}

    private static final class Run {
        private final ManualLoop loop = new ManualLoop();
        private final InMemoryObjectStore store = new InMemoryObjectStore();
        private final List<Member> members = new ArrayList<>();
        private final List<BenchWorker> workers = new ArrayList<>();
        private final Map<String, BenchWorker> byAddress = new HashMap<>();
        private final Map<String, PlanTask> tasks = new HashMap<>();
        private final Dispatcher dispatcher;
        private final String id = "large-1";
        private final List<Double> ticks = new ArrayList<>();
        private double taking;

        Run(Path folder, int workers, int tasks) {
            add(workers * 2 / TASKS_OF_A_SEED, WorkerKind.WORKER_KIND_TRAINER);
            add(workers * 3 / TASKS_OF_A_SEED, WorkerKind.WORKER_KIND_PRUNER);
            add(workers * 5 / TASKS_OF_A_SEED, WorkerKind.WORKER_KIND_EVALUATOR);
            dispatcher = new Dispatcher(
                    loop.eventLoop(),
                    new DispatchSettings(Duration.ofSeconds(45), Duration.ofMillis(1500)),
                    new AttemptLog(store, new ArtifactRepository(store, folder.resolve("cache")), loop),
                    new DispatchMetrics(new SimpleMeterRegistry()),
                    member -> byAddress.get(member.address()),
                    Leadership.ALONE,
                    "");
            dispatcher.members(List.copyOf(members));
            loop.settle();
            submit(tasks);
        }

        private void add(int count, WorkerKind kind) {
            for (int i = 0; i < count; i++) {
                Member member = Member.fixed(kind, kind + "-" + i + ":1");
                BenchWorker worker = new BenchWorker(member.address(), kind);
                members.add(member);
                workers.add(worker);
                byAddress.put(member.address(), worker);
            }
        }

        private void submit(int count) {
            Experiment experiment = Samples.experiment().toBuilder()
                    .setName("large")
                    .clearSeeds()
                    .addAllSeeds(
                            LongStream.range(0, count / TASKS_OF_A_SEED).boxed().toList())
                    .build();
            Plan plan = Samples.plan(experiment);
            Map<ArtifactKey, TaskHistory> histories = new HashMap<>();
            Map<TaskKind, Integer> seen = new HashMap<>();
            for (PlanTask task : plan.tasks()) {
                tasks.put(task.key().hex(), task);
                // Half of each kind, what others read first.
                boolean done = task.dependsOn().stream().allMatch(histories::containsKey)
                        && seen.merge(task.kind(), 1, Integer::sum) <= share(task.kind(), count) / 2;
                if (done) {
                    histories.put(task.key(), TaskHistory.DONE);
                }
            }
            StoredExperiment stored = new StoredExperiment(id, experiment, experiment, loop.instant(), false);
            CompletableFuture<Void> added = dispatcher.add(stored, Optional.of(plan), histories);
            taking = BenchTable.cpuSeconds(() -> loop.get(added));
        }

        private static int share(TaskKind kind, int count) {
            int ofTen = switch (kind) {
                case TASK_KIND_TRAIN -> 2;
                case TASK_KIND_PRUNE -> 3;
                case TASK_KIND_EVALUATE -> 5;
                case TASK_KIND_UNSPECIFIED, UNRECOGNIZED -> 0;
            };
            return count * ofTen / TASKS_OF_A_SEED;
        }

        Figures measure() {
            // All are asked, and get work.
            for (int i = 0; i < 8; i++) {
                step();
            }
            ticks.clear();
            int completed = 0;
            double seconds = 0;
            // Until a quarter is left.
            int most = Math.min(EVENTS * 5, tasks.size() / 4);
            while (completed < most) {
                List<BenchWorker> busy = workers.stream()
                        .filter(worker -> worker.running != null)
                        .limit(COMPLETIONS_A_TICK)
                        .toList();
                busy.forEach(worker -> commit(worker.running));
                seconds += BenchTable.cpuSeconds(() -> busy.forEach(worker -> {
                    worker.complete();
                    loop.settle();
                }));
                seconds += step();
                completed += busy.size();
            }
            double mean = ticks.stream().mapToDouble(tick -> tick).average().orElse(0);
            double longest = ticks.stream().mapToDouble(tick -> tick).max().orElse(0);
            return new Figures(
                    taking,
                    seconds / completed,
                    mean,
                    longest,
                    events(BenchWorker::heartbeat),
                    events(BenchWorker::progress),
                    answers(),
                    BenchTable.cpuSeconds(() -> {
                                for (int i = 0; i < EVENTS; i++) {
                                    loop.get(dispatcher.list());
                                }
                            })
                            / EVENTS,
                    BenchTable.liveMegabytes());
        }

        /** A tick and what follows; seconds. */
        private double step() {
            loop.pass(TICK);
            workers.forEach(BenchWorker::heartbeat);
            double tick = BenchTable.cpuSeconds(() -> {
                dispatcher.tick();
                loop.turnOne();
            });
            ticks.add(tick);
            return tick + BenchTable.cpuSeconds(loop::settle);
        }

        private double events(java.util.function.Consumer<BenchWorker> event) {
            List<BenchWorker> busy =
                    workers.stream().filter(worker -> worker.running != null).toList();
            return BenchTable.cpuSeconds(() -> {
                        for (int i = 0; i < EVENTS; i++) {
                            event.accept(busy.get(i % busy.size()));
                            loop.turnState();
                        }
                    })
                    / EVENTS;
        }

        /** Everybody is asked at once; what is left of that is the tick. */
        private double answers() {
            loop.pass(Duration.ofSeconds(2));
            workers.forEach(BenchWorker::heartbeat);
            dispatcher.tick();
            loop.turnOne();
            int waiting = loop.waitingTurns();
            return BenchTable.cpuSeconds(loop::settle) / Math.max(1, waiting);
        }

        private void commit(TaskAssignment assignment) {
            PlanTask task = tasks.get(assignment.getKey());
            store.put(
                    ArtifactLayout.manifest(task.key()),
                    CanonicalJson.of(Manifest.newBuilder()
                                    .setKey(task.key().hex())
                                    .setSpec(task.spec())
                                    .build())
                            .getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Does what it is given, and keeps nothing of what it has done. */
    private static final class BenchWorker implements WorkerClient {
        private final String address;
        private final WorkerKind kind;

        @Nullable
        TaskAssignment running;

        @Nullable
        private WorkObserver listener;

        private long step;

        BenchWorker(String address, WorkerKind kind) {
            this.address = address;
            this.kind = kind;
        }

        void complete() {
            WorkObserver told = listener;
            running = null;
            listener = null;
            told.onEvent(TaskEvent.newBuilder()
                    .setCompleted(TaskCompleted.getDefaultInstance())
                    .build());
            told.onEnd(Status.OK);
        }

        void heartbeat() {
            if (listener != null) {
                listener.onEvent(TaskEvent.newBuilder()
                        .setHeartbeat(TaskHeartbeat.getDefaultInstance())
                        .build());
            }
        }

        void progress() {
            if (listener != null) {
                listener.onEvent(TaskEvent.newBuilder()
                        .setProgress(TaskProgress.newBuilder().setStep(++step))
                        .build());
            }
        }

        @Override
        public CompletableFuture<WorkerDescription> describe() {
            WorkerDescription.Builder description = WorkerDescription.newBuilder()
                    .setWorkerId(address)
                    .setKind(kind)
                    .setAlgorithmVersion(AlgorithmVersion.CURRENT)
                    .setState(WorkerState.WORKER_STATE_IDLE);
            if (running != null) {
                description
                        .setState(WorkerState.WORKER_STATE_BUSY)
                        .setRunningKey(running.getKey())
                        .setRunningAttempt(running.getAttempt());
            }
            return CompletableFuture.completedFuture(description.build());
        }

        @Override
        public WorkCall run(TaskAssignment assignment, WorkObserver observer) {
            running = assignment;
            listener = observer;
            step = 0;
            observer.onEvent(TaskEvent.newBuilder()
                    .setAccepted(TaskAccepted.newBuilder().setAttempt(assignment.getAttempt()))
                    .build());
            return () -> {};
        }

        @Override
        public CompletableFuture<Boolean> cancel(String key, long term) {
            return CompletableFuture.completedFuture(false);
        }

        @Override
        public void close() {}
    }
}
