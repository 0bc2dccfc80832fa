package org.crvqa.vqa.train;

import ai.djl.ndarray.NDManager;
import java.util.Optional;
import java.util.function.Consumer;
import org.crvqa.artifacts.TaskObserver;
import org.crvqa.task.v1.TaskProgress;
import org.crvqa.vqa.data.Dataset;
import org.crvqa.vqa.data.Split;
import org.crvqa.vqa.tensor.Torch;

/** Measures how fast questions are answered. */
final class EvaluationBenchmark {
    private final Compute compute;
    private final BenchmarkSettings settings;
    private final Dataset dataset;
    private final Benchmark.Listener listener;
    private final BenchmarkLength length;
    private final SplitScorer scorer;
    private int done;

    EvaluationBenchmark(Compute compute, BenchmarkSettings settings, Dataset dataset, Benchmark.Listener listener) {
        this.compute = compute;
        this.settings = settings;
        this.dataset = dataset;
        this.listener = listener;
        length = new BenchmarkLength(settings.warmupSteps(), settings.steps());
        scorer = new SplitScorer(
                compute.withEvaluationBatch(settings.evalBatchSize()),
                settings.config(),
                dataset,
                BenchmarkSpecs.text(settings),
                Precisions.of(settings.precision()));
    }

    BenchmarkResult run() {
        Torch torch = compute.torch();
        try (NDManager manager = torch.newManager()) {
            ModelTensors tensors = new ModelTensors(torch, manager);
            new FirstTensors(settings.config(), dataset).drawn(Benchmark.SEED, tensors);
            int steps = length.measured(warmUp(tensors));
            StepMeter meter = new StepMeter(compute.nanoTime(), StepMeter::processCpuNanos);
            int total = done + 1 + steps;
            int first = done;
            // The first batch of a run is not filled ahead, so that it does not count.
            score(tensors, 1 + steps, batches -> {
                boolean counts = done > first;
                boolean last = done == first + steps;
                if (!counts || last) {
                    Benchmark.await(torch);
                }
                if (counts) {
                    meter.lap(batches.waitedNanos());
                } else {
                    meter.start(batches.waitedNanos());
                }
                listener.step(++done, total);
            });
            return new BenchmarkResult(
                    steps,
                    settings.evalBatchSize(),
                    torch.device().isGpu() ? meter.meanSeconds() : meter.medianSeconds(),
                    meter.cpuSeconds(),
                    meter.waitShare(),
                    Optional.empty(),
                    Optional.empty());
        }
    }

    /** Nanoseconds of the last batch. */
    private long warmUp(ModelTensors tensors) {
        long begun = compute.nanoTime().getAsLong();
        long last = begun;
        long took = 0;
        while (!length.isWarm(done, last - begun)) {
            score(tensors, 1, batches -> listener.step(++done, 0));
            long now = compute.nanoTime().getAsLong();
            took = now - last;
            last = now;
        }
        return took;
    }

    private void score(ModelTensors tensors, int batches, Consumer<Batches> afterBatch) {
        Split split = dataset.split("test");
        int[] places = new int[Math.multiplyExact(batches, settings.evalBatchSize())];
        for (int i = 0; i < places.length; i++) {
            places[i] = i % split.size();
        }
        scorer.score(
                tensors,
                new Examples("test", split, places),
                new ProgressMeter(Silent.OBSERVER, compute.nanoTime()),
                Silent.OBSERVER,
                afterBatch);
    }

    /** The benchmark has a listener of its own. */
    private static final class Silent implements TaskObserver {
        static final TaskObserver OBSERVER = new Silent();

        @Override
        public void progress(TaskProgress progress) {}

        @Override
        public void metric(String name, long step, double value) {}

        @Override
        public void checkCancelled() {}
    }
}
