package org.crvqa.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.crvqa.worker.WorkerFixture.keyOf;
import static org.crvqa.worker.WorkerFixture.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifact.v1.Producer;
import org.crvqa.artifacts.ArtifactDraft;
import org.crvqa.artifacts.Checkpoints;
import org.crvqa.artifacts.TaskStates;
import org.crvqa.artifacts.store.StoreException;
import org.crvqa.task.v1.TaskAssignment;
import org.crvqa.task.v1.TaskEvent;
import org.crvqa.task.v1.TaskEvent.EventCase;
import org.crvqa.task.v1.WorkerState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** States of a task from the worker's side, with a handler that counts steps. */
class TaskCheckpointsTest {
    private static final int STEPS = 10;
    private static final int NEVER = -1;
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    private WorkerFixture worker;
    private volatile long firstStep;

    @BeforeEach
    void open() throws Exception {
        worker = WorkerFixture.accepting(folder, new StateCadence(Duration.ZERO, 3));
    }

    @AfterEach
    void close() {
        worker.close();
    }

    @Test
    void resume_earlierAttemptFailedAfterAState_goesOnThereAndSaysSo() throws Exception {
        failAfter(8);

        RecordingSubscriber second = runToTheEnd();

        assertThat(firstStep).isPositive();
        TaskEvent resumed = event(second, EventCase.RESUMED).orElseThrow();
        assertThat(resumed.getResumed().getStep()).isEqualTo(firstStep);
        assertThat(resumed.getResumed().getSavedByAttempt()).isEqualTo(3);
        Producer producer = worker.artifacts.require(keyOf(training(1))).getProducer();
        assertThat(producer.getResumedStep()).isEqualTo(firstStep);
        assertThat(producer.getDevice()).isEqualTo("cpu");
        assertThat(producer.getLibrariesMap()).containsKeys("java", "os");
        assertThat(producer.getCodeRevision()).isNotEmpty();
    }

    @Test
    void resume_newestStateDamaged_takesTheOneBeforeAndSaysSo() throws Exception {
        failAfter(9);
        List<String> files = worker.store.list(TaskStates.prefix(keyOf(training(1)))).stream()
                .filter(name -> name.endsWith("count.txt"))
                .toList();
        assertThat(files).hasSize(2);
        worker.store.put(files.get(1), new byte[] {'9', '9'});

        RecordingSubscriber second = runToTheEnd();

        assertThat(files.get(0)).contains("%012d".formatted(firstStep));
        assertThat(event(second, EventCase.RESUMED).orElseThrow().getResumed().getRejectedList())
                .hasSize(1);
        assertThat(worker.meters.counter("crvqa.states.rejected").count()).isEqualTo(1);
    }

    @Test
    void resume_earlierAttemptHasFinishedAfterAllAndRemovedItsStates_completesWithItsArtifact() throws Exception {
        failAfter(8);
        Manifest committed = commitElsewhere();
        // As the worker saw it before: the artifact is not there yet.
        AtomicInteger looks = new AtomicInteger();
        worker.store.hides(name -> name.endsWith("manifest.json") && looks.getAndIncrement() == 0);

        RecordingSubscriber second = runToTheEnd();

        assertThat(second.awaitTerminal().getCompleted().getManifest()).isEqualTo(committed);
        assertThat(second.awaitTerminal().getCompleted().getReused()).isTrue();
        assertThat(firstStep).as("no step was done").isEqualTo(NEVER);
    }

    @Test
    void run_anotherAttemptCommitsMeanwhile_endsAsCompletedWithIt() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        worker.handler.does((spec, context) -> {
            running.countDown();
            while (true) {
                context.checkCancelled();
                Thread.onSpinWait();
            }
        });
        RecordingSubscriber subscriber = worker.run(training(1));
        await(running);

        Manifest committed = commitElsewhere();

        TaskEvent last = subscriber.awaitTerminal();
        assertThat(last.getCompleted().getManifest()).isEqualTo(committed);
        assertThat(worker.runner.describe().getState()).isEqualTo(WorkerState.WORKER_STATE_IDLE);
    }

    @Test
    void completed_noStateFoundOrSaved_asksTheStoreForNoList() throws Exception {
        List<String> lists = new CopyOnWriteArrayList<>();
        worker.store.beforeList(lists::add);
        worker.handler.does((spec, context) -> {});

        assertThat(worker.run(training(1)).awaitTerminal().getEventCase()).isEqualTo(EventCase.COMPLETED);
        assertThat(lists).noneMatch(prefix -> prefix.startsWith("tasks/"));
    }

    @Test
    void completed_states_areRemoved() throws Exception {
        failAfter(8);
        runToTheEnd();
        assertThat(worker.store.list(TaskStates.prefix(keyOf(training(1))))).isEmpty();
    }

    @Test
    void drain_taskThatKeepsStates_savesOneAtOnceAndEnds() throws Exception {
        CountDownLatch atStepFive = new CountDownLatch(1);
        CountDownLatch draining = new CountDownLatch(1);
        worker.handler.does((spec, context) -> count(context, step -> {
            if (step == 5) {
                atStepFive.countDown();
                await(draining);
            }
        }));
        RecordingSubscriber first = worker.run(training(1));
        await(atStepFive);

        CompletableFuture<Void> drain = drain();
        await(() -> worker.runner.describe().getState().name().endsWith("DRAINING"));
        draining.countDown();
        drain.get(20, TimeUnit.SECONDS);

        TaskEvent last = first.awaitTerminal();
        assertThat(last.getEventCase()).isEqualTo(EventCase.INTERRUPTED);
        assertThat(last.getInterrupted().getCheckpointedStep()).isEqualTo(5);
        assertThat(worker.store.list(TaskStates.prefix(keyOf(training(1)))))
                .anyMatch(name -> name.contains("000000000005-3/state.json"));
    }

    @Test
    void save_storeAway_trainingGoesOnAndALaterStateIsSaved() throws Exception {
        worker.store.beforeCreate(name -> {
            if (name.contains("000000000003-3")) {
                throw new StoreException("503");
            }
        });
        worker.handler.does((spec, context) -> count(context, step -> {
            if (step == 3 || step == 6) {
                // The pause of the state before may have been long on a busy machine.
                await(() -> context.checkpoints().isDue(step));
            }
            if (step == 9) {
                throw new IllegalStateException("the end of attempt 3");
            }
        }));
        assertThat(worker.run(training(1)).awaitTerminal().getEventCase()).isEqualTo(EventCase.FAILED);
        assertThat(worker.meters.counter("crvqa.states.failed").count()).isEqualTo(1);

        runToTheEnd();

        assertThat(firstStep).isGreaterThan(3);
    }

    @Test
    void save_neverTwoAtOnce_andNotMoreOftenThanPausesAllow() {
        StateCadence cadence = new StateCadence(Duration.ofSeconds(1), 0);
        Duration pause = Duration.ofMillis(20);
        assertThat(cadence.isDue(Duration.ofMillis(999), 1000, Duration.ZERO)).isFalse();
        assertThat(cadence.isDue(Duration.ofSeconds(1), 1, Duration.ZERO)).isTrue();
        assertThat(cadence.isDue(Duration.ofSeconds(2), 1, pause)).isFalse();
        assertThat(cadence.isDue(Duration.ofMillis(2200), 1, pause)).isTrue();
        assertThat(StateCadence.NEVER.isDue(LONG, 1_000_000, Duration.ZERO)).isFalse();
    }

    @Test
    void halt_assignmentSaysSo_endsTheProcessAtThatStep() throws Exception {
        TaskAssignment halting = training(1).toBuilder().setHaltAfterSteps(4).build();
        worker.handler.does((spec, context) -> count(context, step -> {}));
        worker.run(halting).awaitTerminal();
        assertThat(worker.halted.getCount()).isZero();
    }

    /** Counts up to a step, then fails: the states saved till then stay. */
    private void failAfter(int step) throws Exception {
        worker.handler.does((spec, context) -> count(context, done -> {
            if (done == step) {
                throw new IllegalStateException("the end of attempt 3");
            }
        }));
        assertThat(worker.run(training(1)).awaitTerminal().getEventCase()).isEqualTo(EventCase.FAILED);
    }

    private Manifest commitElsewhere() throws Exception {
        new TaskStates(worker.store).deleteAll(keyOf(training(1)));
        try (ArtifactDraft draft = worker.artifacts.draft(training(1).getSpec())) {
            Files.writeString(draft.file("result.txt"), "seed 1");
            return draft.commit(Manifest.getDefaultInstance());
        }
    }

    private RecordingSubscriber runToTheEnd() throws Exception {
        firstStep = NEVER;
        worker.handler.does((spec, context) -> count(context, step -> {}));
        RecordingSubscriber subscriber =
                worker.run(training(1).toBuilder().setAttempt(4).build());
        assertThat(subscriber.awaitTerminal().getEventCase()).isEqualTo(EventCase.COMPLETED);
        return subscriber;
    }

    private interface EachStep {
        void done(int step) throws Exception;
    }

    private void count(TaskContext context, EachStep each) throws Exception {
        Checkpoints checkpoints = context.checkpoints();
        int[] found = {0};
        checkpoints.resume(state -> {
            found[0] = Integer.parseInt(read(state.files().get("count.txt")));
            return found[0] == state.stepsDone() ? Optional.empty() : Optional.of("counts to " + found[0]);
        });
        int count = found[0];
        firstStep = count;
        while (count < STEPS) {
            context.checkCancelled();
            count++;
            int done = count;
            each.done(done);
            if (checkpoints.isDue(done)) {
                checkpoints.save(
                        done, () -> into -> Files.writeString(into.resolve("count.txt"), Integer.toString(done)));
                await(() -> !((TaskCheckpoints) checkpoints).isSaving());
            }
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private CompletableFuture<Void> drain() {
        return CompletableFuture.runAsync(() -> {
            try {
                worker.runner.drain(LONG);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    private static Optional<TaskEvent> event(RecordingSubscriber subscriber, EventCase kind) {
        return subscriber.events().stream()
                .filter(event -> event.getEventCase() == kind)
                .findFirst();
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    }

    private static void await(java.util.function.BooleanSupplier condition) {
        long deadline = System.nanoTime() + LONG.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
