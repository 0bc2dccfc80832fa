package org.crvqa.vqa.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.crvqa.artifacts.ArtifactDraft;
import org.crvqa.artifacts.Checkpoints;
import org.crvqa.artifacts.TaskObserver;
import org.crvqa.task.v1.TaskProgress;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.task.v1.TrainSpec;
import org.crvqa.vqa.data.Dataset;
import org.crvqa.vqa.data.ImportOptions;
import org.crvqa.vqa.sample.SampleOptions;
import org.crvqa.vqa.sample.SyntheticDataset;

/**
 * A benchmark, not a test: trains an LXMERT of some size on generated scenes of 36 regions, saves a state every so many
 * steps, and prints for how much of the time training stood still for that, and the states' bytes.
 *
 * <p>Arguments: empty folder, hidden size, layers of the language, vision and cross encoder, batch size, threads, steps,
 * steps between states. From the project's root:
 * {@code mvn -q -pl vqa -am test-compile exec:java -Dexec.mainClass=org.crvqa.vqa.train.CheckpointBench
 * -Dexec.classpathScope=test -Dexec.args="..."}, or with the test classpath in an IDE.
 */
final class CheckpointBench implements Checkpoints {
    private static final int REGIONS = 36;
    private static final int FEATURES = 128;
    private static final int TOKENS = 20;

    private final Path folder;
    private final int every;
    private CompletableFuture<Void> writing = CompletableFuture.completedFuture(null);
    private long begun;
    private long stoodStill;
    private long longest;
    private long first;
    private long writingNanos;
    private int states;
    private long stateBytes;

    private CheckpointBench(Path folder, int every) {
        this.folder = folder;
        this.every = every;
    }

    public static void main(String[] arguments) {
        Path folder = Path.of(arguments[0]);
        int[] numbers =
                List.of(arguments).stream().skip(1).mapToInt(Integer::parseInt).toArray();
        Path sources = folder.resolve("sources");
        SyntheticDataset.write(sources, options());
        CheckpointBench bench = new CheckpointBench(folder.resolve("states"), numbers[7]);
        try (TaskRuns runs = new TaskRuns(folder, numbers[5])) {
            TaskSpec spec = spec(runs, sources, numbers);
            try (ArtifactDraft draft = runs.repository().draft(spec)) {
                runs.attempt(spec, draft, bench.observer());
            }
        }
        bench.print();
    }

    private static SampleOptions options() {
        return new SampleOptions(1, 400, 20, 20, 4, FEATURES, REGIONS, 1, 2, .05, .1, .5, .15, 1, .25);
    }

    private static TaskSpec spec(TaskRuns runs, Path sources, int[] numbers) {
        String dataset = runs.dataset(sources, ImportOptions.defaults());
        String model;
        try (Dataset opened = new Inputs(runs.repository()).dataset(dataset)) {
            model = runs.model("""
                    {"model_type": "lxmert", "vocab_size": %d, "hidden_size": %d, "num_attention_heads": %d,
                     "intermediate_size": %d, "l_layers": %d, "r_layers": %d, "x_layers": %d, "visual_feat_dim": %d}""".formatted(
                            opened.vocabularySize(),
                            numbers[0],
                            numbers[0] / 64,
                            numbers[0] * 4,
                            numbers[1],
                            numbers[2],
                            numbers[3],
                            opened.featureDim()));
        }
        TrainSpec.Builder train = TinyVqaCp.stage1(dataset, model, numbers[6]);
        train.getTrainingBuilder().setBatchSize(numbers[4]).getTextBuilder().setMaxTokens(TOKENS);
        train.getTrainingBuilder().getLearningRateBuilder().setPeak(1e-5);
        return TaskSpec.newBuilder().setTrain(train).build();
    }

    @Override
    public Optional<SavedState> resume() {
        begun = System.nanoTime();
        return Optional.empty();
    }

    @Override
    public boolean isDue(long stepsDone) {
        return stepsDone % every == 0 && writing.isDone();
    }

    @Override
    public void save(long stepsDone, Supplier<StateFiles> capture) {
        long start = System.nanoTime();
        StateFiles files = capture.get();
        long took = System.nanoTime() - start;
        stoodStill += took;
        longest = Math.max(longest, took);
        first = states == 0 ? took : first;
        states++;
        writing = CompletableFuture.runAsync(() -> write(stepsDone, files));
    }

    private void write(long step, StateFiles files) {
        long start = System.nanoTime();
        Path target = folder.resolve(Long.toString(step));
        try {
            files.write(Files.createDirectories(target));
            writingNanos += System.nanoTime() - start;
            stateBytes = 0;
            try (var written = Files.walk(target)) {
                for (Path file : written.sorted(Comparator.reverseOrder()).toList()) {
                    stateBytes += Files.isRegularFile(file) ? Files.size(file) : 0;
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void print() {
        double seconds = (System.nanoTime() - begun) / 1e9;
        writing.join();
        System.out.printf(
                Locale.ROOT,
                "%.1f s of training with %d states of %,d bytes; it stood still for %.3f s (%.2f %%), the first time for"
                        + " %.3f s, at most for %.3f s; a state was on disk after %.2f s%n",
                seconds,
                states,
                stateBytes,
                stoodStill / 1e9,
                stoodStill / 1e7 / seconds,
                first / 1e9,
                longest / 1e9,
                writingNanos / 1e9 / Math.max(1, states));
    }

    private TaskObserver observer() {
        return new TaskObserver() {
            @Override
            public void progress(TaskProgress progress) {}

            @Override
            public void metric(String name, long step, double value) {}

            @Override
            public void checkCancelled() {}

            @Override
            public Checkpoints checkpoints() {
                return CheckpointBench.this;
            }
        };
    }
}
