package org.crvqa.vqa.train;

import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.ArtifactRepository;
import org.crvqa.task.v1.TaskSpec;
import org.crvqa.vqa.data.Dataset;
import org.crvqa.vqa.tensor.Torch;

/**
 * Measures the steps of a stage, or of an evaluation, as tasks make them: the same batches, filled ahead from a dataset of
 * the store, the same model, losses, masks, optimizer and training states. Weights are drawn at random. One at a time in a
 * process.
 */
public final class Benchmark {
    /** Of weights, order of data and dropout. What a step costs does not depend on it. */
    static final long SEED = 1;

    private final Compute compute;
    private final BenchmarkSettings settings;
    private final Listener listener;

    /** Hears of progress. Called from the thread that computes. */
    @FunctionalInterface
    public interface Listener {
        /** So many steps of the work are done; {@code total} is 0 as long as it is not known. */
        void step(int done, int total);
    }

    public Benchmark(Compute compute, BenchmarkSettings settings, Listener listener) {
        this.compute = compute;
        this.settings = settings;
        this.listener = listener;
    }

    /**
     * Measures.
     *
     * @param dataset with the splits train, of at least a batch, and test
     * @throws org.crvqa.artifacts.InvalidInputException when dataset, model and settings do not fit
     * @throws DivergedException when loss, gradient or answers are not numbers, whose arithmetic may take another time
     * @throws java.io.UncheckedIOException when a training state cannot be written
     */
    public BenchmarkResult run(BenchmarkWork work, ArtifactRepository repository, ArtifactKey dataset) {
        try (Dataset opened = Dataset.open(repository.open(dataset))) {
            DatasetFit.check(settings.config(), opened, BenchmarkSpecs.text(settings));
            if (work == BenchmarkWork.EVALUATE) {
                return new EvaluationBenchmark(compute, settings, opened, listener).run();
            }
            // Never committed; states look into it for files of the best model so far.
            try (var draft = repository.draft(TaskSpec.getDefaultInstance())) {
                return new TrainingBenchmark(compute, settings, work, opened, draft, listener).run();
            }
        }
    }

    /** Waits until everything that was queued is computed. */
    static void await(Torch torch) {
        torch.transfer().floats(torch.scalar(0f));
    }

    /** How often the thresholds of trained masks are set, in steps, where an experiment says nothing. */
    public static int thresholdEverySteps() {
        return BenchmarkSpecs.THRESHOLD_EVERY_STEPS;
    }
}
