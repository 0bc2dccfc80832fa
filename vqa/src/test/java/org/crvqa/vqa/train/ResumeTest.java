package org.crvqa.vqa.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactDraft;
import org.crvqa.artifacts.Checkpoints;
import org.crvqa.artifacts.Sha256;
import org.crvqa.artifacts.TaskObserver;
import org.crvqa.task.v1.TaskProgress;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.vqa.tensorfile.SafetensorsReader;
import org.crvqa.vqa.tensorfile.SafetensorsWriter;
import org.crvqa.vqa.tensorfile.TensorDeclaration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A task that is killed at some steps and goes on from its states ends in the bytes and numbers of an undisturbed one. */
class ResumeTest {
    private static final int KILLS = 3;

    @TempDir
    Path folder;

    private TaskRuns runs;
    private ResumeTasks tasks;

    /** What stands for the death of a process. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** All that is left of a task: digests of its files, its manifest's details, the metrics of all attempts. */
    private record Outcome(Map<String, String> files, Manifest details, Map<String, Double> metrics) {}

    @BeforeEach
    void open() {
        runs = new TaskRuns(folder);
        tasks = new ResumeTasks(runs, folder);
    }

    @AfterEach
    void close() {
        runs.close();
    }

    @ParameterizedTest
    @EnumSource(ResumeTasks.Kind.class)
    void run_killedAtRandomSteps_endsInTheBytesOfAnUndisturbedRun(ResumeTasks.Kind kind) {
        TaskSpec spec = tasks.of(kind);
        Outcome undisturbed = undisturbed(spec);
        Random random = new Random(kind.ordinal());
        for (int round = 0; round < 2; round++) {
            FolderCheckpoints states = new FolderCheckpoints(folder.resolve("states" + round), step -> true);
            Map<String, Double> metrics = new HashMap<>();
            int killed = 1;
            for (int i = 0; i < KILLS; i++) {
                killed = Math.min(ResumeTasks.STEPS - 1, killed + 1 + random.nextInt(4));
                attempt(spec, states, metrics, killed);
            }
            Outcome outcome = attempt(spec, states, metrics, Integer.MAX_VALUE);
            assertThat(outcome)
                    .as("seed %d, begun at %s", kind.ordinal(), states.begun)
                    .isEqualTo(undisturbed);
            assertThat(states.begun).hasSize(KILLS + 1).startsWith(0L).isSorted();
            assertThat(states.begun.get(KILLS)).isEqualTo(killed - 1L);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "STAGE1_ADAMW, pooler.dense.weight:values",
        "STAGE1_ADAMW, :mean",
        "STAGE1_ADAMW, :mean_square",
        "STAGE1_ADAMW, optimizer:steps",
        "STAGE1_ADAMW, loss:sum",
        "STAGE1_ADAMW, loss:count",
        "STAGE1_ADAMW, history:loss",
        "LMH_MIXIN, history:loss/entropy",
        "STAGE3_DISTILLED, history:loss/distillation",
        "KEEP_BEST_EARLY, history:accuracy/test/all",
        "MASK_THRESHOLD, history:zeros/all",
        "KEEP_BEST_EARLY, best:score",
        "KEEP_BEST_EARLY, best:step",
        "MASK_THRESHOLD, :mask",
        "MASK_THRESHOLD, :mask_mean",
        "MASK_THRESHOLD, :mask_mean_square",
        "MASK_THRESHOLD, :cut",
        "MASK_TWO_OF_FOUR, :kept",
        "ITERATIVE, :kept",
        "ITERATIVE, rounds:done",
    })
    void run_onePartOfTheStateLost_endsElsewhere(ResumeTasks.Kind kind, String part) {
        TaskSpec spec = tasks.of(kind);
        Outcome undisturbed = undisturbed(spec);
        FolderCheckpoints states = new FolderCheckpoints(folder.resolve("states"), step -> step == 6);
        Map<String, Double> metrics = new HashMap<>();
        attempt(spec, states, metrics, 8);
        lose(states.newest().orElseThrow().files().get(StoredState.FILE), name -> name.endsWith(part));
        Outcome outcome = attempt(spec, states, metrics, Integer.MAX_VALUE);
        assertThat(states.begun).containsExactly(0L, 6L);
        assertThat(outcome).isNotEqualTo(undisturbed);
    }

    @Test
    void run_bestModelsFilesLost_fallsBehindItsOwnMetrics() throws IOException {
        TaskSpec spec = tasks.of(ResumeTasks.Kind.KEEP_BEST_EARLY);
        Outcome undisturbed = undisturbed(spec);
        assertThat(undisturbed.details().getMetricsOrThrow("selection/step")).isLessThan(6);
        FolderCheckpoints states = new FolderCheckpoints(folder.resolve("states"), step -> step == 6);
        attempt(spec, states, new HashMap<>(), 8);
        Files.delete(states.newest().orElseThrow().files().get("result-" + Inputs.WEIGHTS));
        assertThat(attempt(spec, states, new HashMap<>(), Integer.MAX_VALUE).files())
                .doesNotContainKey(Inputs.WEIGHTS);
    }

    @Test
    void run_aStateOfAnotherModel_isPassedOver() {
        FolderCheckpoints states = new FolderCheckpoints(folder.resolve("states"), step -> step == 6);
        attempt(tasks.of(ResumeTasks.Kind.STAGE1_ADAMW), states, new HashMap<>(), 8);
        for (ResumeTasks.Kind other : new ResumeTasks.Kind[] {
            ResumeTasks.Kind.VISUAL_BERT, ResumeTasks.Kind.MASK_SIGN, ResumeTasks.Kind.HEAD_ONLY
        }) {
            TaskSpec spec = tasks.of(other);
            Checkpoints foreign = resuming(states.newest().orElseThrow());
            assertThat(undisturbed(spec, foreign)).isEqualTo(undisturbed(spec));
        }
    }

    @Test
    void run_aStateBeyondTheEndOrWithoutItsFile_isPassedOver() {
        TaskSpec spec = tasks.of(ResumeTasks.Kind.STAGE1_ADAMW);
        Outcome undisturbed = undisturbed(spec);
        for (long step : new long[] {0, 3, ResumeTasks.STEPS}) {
            assertThat(undisturbed(spec, resuming(new Checkpoints.SavedState(step, Map.of()))))
                    .isEqualTo(undisturbed);
        }
    }

    @Test
    void run_resumed_reportsTheStepsThatWereDoneButNotTheirSpeed() {
        TaskSpec spec = tasks.of(ResumeTasks.Kind.STAGE1_ADAMW);
        FolderCheckpoints states = new FolderCheckpoints(folder.resolve("states"), step -> step == 6);
        attempt(spec, states, new HashMap<>(), 8);
        RecordingObserver recorded = new RecordingObserver(() -> {});
        observe(spec, observer(states, recorded));
        TaskProgress first = recorded.reports.stream()
                .filter(report -> report.getPhase().equals("train"))
                .findFirst()
                .orElseThrow();
        assertThat(first.getStep()).isEqualTo(6);
        assertThat(first.getTotalSteps()).isEqualTo(ResumeTasks.STEPS);
        assertThat(first.getExamplesPerSecond()).isZero();
    }

    private Outcome undisturbed(TaskSpec spec) {
        return undisturbed(spec, Checkpoints.NONE);
    }

    private Outcome undisturbed(TaskSpec spec, Checkpoints states) {
        RecordingObserver recorded = new RecordingObserver(() -> {});
        Outcome outcome = observe(spec, observer(states, recorded));
        return new Outcome(outcome.files(), outcome.details(), recorded.metrics);
    }

    /** One attempt, which dies before step {@code killed}, from 0; then there is no outcome, but there are metrics. */
    private Outcome attempt(TaskSpec spec, Checkpoints states, Map<String, Double> metrics, int killed) {
        int[] begun = {-1};
        RecordingObserver recorded = new RecordingObserver(() -> {
            if (begun[0] >= killed) {
                throw new Killed();
            }
        });
        Checkpoints counting = new Checkpoints() {
            @Override
            public Optional<SavedState> resume(Function<SavedState, Optional<String>> taker) {
                var saved = states.resume(taker);
                begun[0] = saved.map(state -> (int) state.stepsDone()).orElse(0);
                return saved;
            }

            @Override
            public boolean isDue(long stepsDone) {
                begun[0] = (int) stepsDone;
                return states.isDue(stepsDone);
            }

            @Override
            public void save(long stepsDone, Supplier<StateFiles> capture) {
                states.save(stepsDone, capture);
            }
        };
        try {
            Outcome outcome = observe(spec, observer(counting, recorded));
            metrics.putAll(recorded.metrics);
            return new Outcome(outcome.files(), outcome.details(), metrics);
        } catch (Killed e) {
            metrics.putAll(recorded.metrics);
            return new Outcome(Map.of(), Manifest.getDefaultInstance(), metrics);
        }
    }

    private Outcome observe(TaskSpec spec, TaskObserver observer) {
        try (ArtifactDraft draft = runs.repository().draft(spec)) {
            Manifest details = runs.attempt(spec, draft, observer);
            Map<String, String> digests = new TreeMap<>();
            try (var files = Files.walk(draft.file("any").getParent())) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    digests.put(file.getFileName().toString(), Sha256.hex(file));
                }
            }
            return new Outcome(digests, details, Map.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static TaskObserver observer(Checkpoints states, RecordingObserver recorded) {
        return new TaskObserver() {
            @Override
            public void progress(TaskProgress progress) {
                recorded.progress(progress);
            }

            @Override
            public void metric(String name, long step, double value) {
                recorded.metric(name, step, value);
            }

            @Override
            public void checkCancelled() {
                recorded.checkCancelled();
            }

            @Override
            public Checkpoints checkpoints() {
                return states;
            }
        };
    }

    private static Checkpoints resuming(Checkpoints.SavedState state) {
        return new Checkpoints() {
            @Override
            public Optional<SavedState> resume(Function<SavedState, Optional<String>> taker) {
                return Optional.of(state).filter(offered -> taker.apply(offered).isEmpty());
            }

            @Override
            public boolean isDue(long stepsDone) {
                return false;
            }

            @Override
            public void save(long stepsDone, Supplier<StateFiles> capture) {
                throw new IllegalStateException();
            }
        };
    }

    /** Sets tensors and numbers of these names to 0. */
    private static void lose(Path file, Predicate<String> lost) {
        int found = 0;
        try (SafetensorsReader reader = SafetensorsReader.open(file)) {
            Map<String, String> numbers = new TreeMap<>(reader.metadata());
            for (Map.Entry<String, String> entry : numbers.entrySet()) {
                if (lost.test(entry.getKey())) {
                    entry.setValue("0");
                    found++;
                }
            }
            try (SafetensorsWriter writer = SafetensorsWriter.create(file, reader.declarations(), numbers)) {
                for (TensorDeclaration tensor : reader.declarations()) {
                    boolean loses = lost.test(tensor.name());
                    found += loses ? 1 : 0;
                    int size = (int) tensor.elements();
                    String name = tensor.name();
                    switch (tensor.type()) {
                        case F32 -> writer.writeFloats(name, loses ? new float[size] : reader.floats(name));
                        case I64 -> writer.writeLongs(name, loses ? new long[size] : reader.longs(name));
                        case BOOL -> writer.writeBooleans(name, bytes(loses ? new byte[size] : reader.booleans(name)));
                        default -> writer.writeBytes(name, bytes(loses ? new byte[size] : reader.unsignedBytes(name)));
                    }
                }
                writer.commit();
            }
        }
        assertThat(found).isPositive();
    }

    private static ByteBuffer bytes(byte[] values) {
        return ByteBuffer.wrap(values);
    }
}
