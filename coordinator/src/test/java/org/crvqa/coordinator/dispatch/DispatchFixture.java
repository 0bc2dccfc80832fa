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
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactDraft;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.artifacts.store.ObjectStore;
import org.crvqa.artifacts.store.ObjectStores;
import org.crvqa.artifacts.store.StoreSettings;
import org.crvqa.coordinator.InterceptedStore;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.TaskStatus;
import org.crvqa.experiment.v1.Experiment;
import org.crvqa.study.Samples;
import org.crvqa.study.attempt.AttemptLog;
import org.crvqa.study.attempt.TaskHistory;
import org.crvqa.study.experiment.StoredExperiment;
import org.crvqa.study.plan.Plan;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.WorkerKind;

/** A dispatcher over a real file store, with workers and a clock in the hands of the test. */
final class DispatchFixture implements AutoCloseable {
    static final Duration SILENCE = Duration.ofSeconds(45);
    static final String STORE_ID = "the-store";

    final ManualLoop loop = new ManualLoop();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final DispatchMetrics metrics = new DispatchMetrics(meters);
    final ObjectStore store;
    final ArtifactRepository artifacts;
    final AttemptLog log;
    final List<FakeWorker> workers = new ArrayList<>();
    private final Map<String, TaskSpec> specs = new HashMap<>();
    private final Map<String, StoredExperiment> experiments = new HashMap<>();
    private Leadership leadership = Leadership.ALONE;

    /** Gets the name of each record that is about to be created, and may throw. */
    Consumer<String> beforeCreate = name -> {};

    Dispatcher dispatcher;

    DispatchFixture(Path folder, int trainers, int pruners, int evaluators) {
        store = ObjectStores.open(StoreSettings.of(folder.resolve("store").toUri()));
        artifacts = new ArtifactRepository(store, folder.resolve("cache"));
        log = new AttemptLog(InterceptedStore.of(store, name -> beforeCreate.accept(name)), artifacts, loop);
        add(trainers, "trainer", WorkerKind.WORKER_KIND_TRAINER);
        add(pruners, "pruner", WorkerKind.WORKER_KIND_PRUNER);
        add(evaluators, "evaluator", WorkerKind.WORKER_KIND_EVALUATOR);
        dispatcher = newDispatcher();
        tell();
    }

    private void add(int count, String name, WorkerKind kind) {
        for (int i = 0; i < count; i++) {
            workers.add(new FakeWorker(name + "-" + i + ":1", kind));
        }
    }

    private Dispatcher newDispatcher() {
        Dispatcher made = new Dispatcher(
                loop.eventLoop(),
                new DispatchSettings(SILENCE, Duration.ofMillis(1500)),
                log,
                metrics,
                member -> worker(member.address()),
                leadership,
                STORE_ID);
        return made;
    }

    private void tell() {
        dispatcher.members(FakeWorker.members(workers));
    }

    /** Another dispatcher takes the place of the first; nothing is submitted yet. */
    void leadBy(Leadership by) {
        leadership = by;
        dispatcher = newDispatcher();
        tell();
    }

    /** Gives an experiment to the dispatcher as a submission does; returns its id. */
    String submit(Experiment experiment) {
        String id = experiment.getName() + "-1";
        StoredExperiment stored = experiments.computeIfAbsent(
                id, unused -> new StoredExperiment(id, experiment, experiment, loop.instant(), false));
        load(stored);
        return id;
    }

    /** Pardons what failed, as a call of RetryExperiment does; returns what runs again. */
    List<ArtifactKey> retry(String id) {
        Map<ArtifactKey, Integer> failed = loop.get(dispatcher.failed(id));
        failed.forEach(log::pardon);
        Plan plan = Samples.plan(experiments.get(id).experiment());
        return loop.get(dispatcher.retry(id, failed.keySet(), histories(plan)));
    }

    private Map<ArtifactKey, TaskHistory> histories(Plan plan) {
        Map<ArtifactKey, TaskHistory> histories = new HashMap<>();
        plan.tasks().forEach(task -> histories.put(task.key(), log.history(task.key())));
        return histories;
    }

    private void load(StoredExperiment stored) {
        Plan plan = Samples.plan(stored.experiment());
        plan.tasks().forEach(task -> specs.put(task.key().hex(), task.spec()));
        Map<ArtifactKey, TaskHistory> histories = histories(plan);
        loop.get(dispatcher.add(stored, Optional.of(plan), histories));
    }

    /** The coordinator is killed and another one starts over the same store, with the same workers. */
    void restartCoordinator() {
        restartWithoutExperiments();
        experiments.values().forEach(this::load);
        tick();
    }

    /** As {@link #restartCoordinator()} before the store was read. */
    void restartWithoutExperiments() {
        restartUntold();
        tell();
    }

    /** As {@link #restartWithoutExperiments()}, and nobody says who there is. */
    void restartUntold() {
        loop.drop();
        workers.forEach(FakeWorker::breakStream);
        loop.drop();
        dispatcher = newDispatcher();
    }

    /** Lets a tick happen and everything that follows from it. */
    void tick() {
        dispatcher.tick();
        loop.settle();
    }

    /** Lets time pass in ticks of half a second; workers that run say that they live. */
    void pass(Duration duration) {
        for (long left = duration.toMillis(); left > 0; left -= 500) {
            loop.pass(Duration.ofMillis(500));
            workers.forEach(FakeWorker::heartbeat);
            tick();
        }
    }

    /** The worker commits what it runs and says so. */
    void finish(FakeWorker worker) {
        commit(worker.running.getKey());
        worker.complete();
        loop.settle();
        tick();
    }

    void commit(String key) {
        try (ArtifactDraft draft = artifacts.draft(specs.get(key))) {
            draft.commit(Manifest.getDefaultInstance());
        }
    }

    /** Lets workers finish whatever they run until nobody runs anything. */
    void finishAll() {
        for (int round = 0; round < 200; round++) {
            pass(Duration.ofSeconds(2));
            List<FakeWorker> busy =
                    workers.stream().filter(worker -> worker.running != null).toList();
            if (busy.isEmpty()) {
                return;
            }
            busy.forEach(this::finish);
        }
        throw new AssertionError("The work does not end");
    }

    ExperimentStatus status(String id) {
        return loop.get(dispatcher.status(id)).orElseThrow();
    }

    TaskStatus task(String id, String label) {
        return status(id).getTasksList().stream()
                .filter(task -> task.getLabel().equals(label))
                .findFirst()
                .orElseThrow();
    }

    FakeWorker worker(String name) {
        return workers.stream()
                .filter(worker -> worker.address().startsWith(name))
                .findFirst()
                .orElseThrow();
    }

    /** How often any worker was called with this key. */
    long calls(String key) {
        return workers.stream()
                .flatMap(worker -> worker.calls.stream())
                .filter(call -> call.getKey().equals(key))
                .count();
    }

    @Override
    public void close() {
        store.close();
    }
}
