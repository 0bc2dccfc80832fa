package org.crvqa.vqa.train;

import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.crvqa.artifacts.ArtifactDraft;
import org.crvqa.task.v1.TrainingSettings;
import org.crvqa.vqa.data.Dataset;
import org.crvqa.vqa.debias.DebiasLoss;
import org.crvqa.vqa.model.ModelConfig;
import org.crvqa.vqa.optim.AdamOptimizer;
import org.crvqa.vqa.optim.AdamSettings;
import org.crvqa.vqa.tensor.Torch;
import org.crvqa.vqa.train.BenchmarkResult.ThresholdCost;

/**
 * Measures the steps of a stage, made of the parts of which {@link TrainingLoop} makes them. The step after a captured
 * state, during which the state is written, is not one of those that count.
 */
final class TrainingBenchmark {
    private static final int THRESHOLD_REPEATS = 3;

    private final Compute compute;
    private final Torch torch;
    private final BenchmarkSettings settings;
    private final BenchmarkWork work;
    private final TrainingSettings training;
    private final ModelConfig config;
    private final Dataset dataset;
    private final ArtifactDraft draft;
    private final Benchmark.Listener listener;
    private final BenchmarkLength length;
    private final StateMeter stateMeter;

    /** {@code draft}: stays empty. */
    TrainingBenchmark(
            Compute compute,
            BenchmarkSettings settings,
            BenchmarkWork work,
            Dataset dataset,
            ArtifactDraft draft,
            Benchmark.Listener listener) {
        this.compute = compute;
        this.torch = compute.torch();
        this.settings = settings;
        this.work = work;
        this.training = BenchmarkSpecs.training(settings, work);
        this.config = settings.config();
        this.dataset = dataset;
        this.draft = draft;
        this.listener = listener;
        length = new BenchmarkLength(settings.warmupSteps(), settings.steps());
        stateMeter = new StateMeter(settings.scratch().resolve("state"), compute.nanoTime());
    }

    BenchmarkResult run() {
        try (NDManager manager = torch.newManager()) {
            FirstTensors first = new FirstTensors(config, dataset);
            ModelTensors tensors = new ModelTensors(torch, manager);
            first.drawn(Benchmark.SEED, tensors);
            DebiasLoss loss = DebiasLoss.of(torch, training.getLoss());
            Trainee trainee = trainee(first, tensors, loss, manager);
            AdamOptimizer optimizer =
                    new AdamOptimizer(torch, trainee.groups(), AdamSettings.of(training.getOptimizer()), manager);
            try (TrainingStates states =
                            new TrainingStates(torch, stateMeter, new ResultFiles(draft), Integer.MAX_VALUE, fields -> {
                                trainee.state(fields);
                                optimizer.state(fields);
                            });
                    Batches batches = batches(manager)) {
                TrainingStep step = new TrainingStep(
                        torch,
                        AnswerModel.training(torch, config, training),
                        loss,
                        Distiller.NONE,
                        trainee,
                        optimizer,
                        () -> stateMeter.beforeChange(states::beforeChange));
                return new Run(trainee, step, states, batches).measure();
            }
        }
    }

    private Trainee trainee(FirstTensors first, ModelTensors tensors, DebiasLoss loss, NDManager manager) {
        Pruning pruning = new Pruning(
                torch, BenchmarkSpecs.pruning(settings, Benchmark.SEED), config, first, tensors, draft, manager);
        if (work == BenchmarkWork.STAGE2) {
            first.loss(loss, Benchmark.SEED, tensors);
            return pruning.trainMasks(loss);
        }
        Map<String, byte[]> kept = work == BenchmarkWork.STAGE3 ? pruning.firstMask() : Map.of();
        kept.forEach(tensors::prune);
        first.loss(loss, Benchmark.SEED, tensors);
        return new DenseTrainee(
                tensors,
                new Trainables(torch, tensors, config, loss, manager).all(kept).groups(),
                () -> {});
    }

    private Batches batches(NDManager manager) {
        Examples examples = TrainingParts.of(dataset, training).training();
        DataOrder order = new DataOrder(Benchmark.SEED, examples.size(), training.getBatchSize());
        return Batches.training(
                compute,
                dataset,
                examples.split(),
                QuestionText.of(training.getText(), dataset.clsId(), dataset.sepId()),
                order.batchSize(),
                step -> examples.places(order.batch(step)),
                Integer.MAX_VALUE,
                manager);
    }

    /** One run of steps. */
    private final class Run {
        private final Trainee trainee;
        private final TrainingStep step;
        private final TrainingStates states;
        private final Batches batches;
        private int done;
        private int total;

        Run(Trainee trainee, TrainingStep step, TrainingStates states, Batches batches) {
            this.trainee = trainee;
            this.step = step;
            this.states = states;
            this.batches = batches;
        }

        BenchmarkResult measure() {
            int steps = length.measured(warmUp());
            int states = steps > 1 ? 2 : 1;
            total = done + steps + (settings.stateCapture() ? states : 0);
            // Also before the steps that count, so that the peak of memory includes the room for states.
            saveState();
            StepMeter meter = new StepMeter(compute.nanoTime(), StepMeter::processCpuNanos);
            meter.start(batches.waitedNanos());
            for (int i = 0; i < steps; i++) {
                if (i > 0 && i == steps / 2) {
                    saveState();
                    meter.start(batches.waitedNanos());
                }
                makeStep();
                meter.lap(batches.waitedNanos());
            }
            return new BenchmarkResult(
                    steps,
                    batches.rows(),
                    meter.medianSeconds(),
                    meter.cpuSeconds(),
                    meter.waitShare(),
                    stateMeter.latest(),
                    work == BenchmarkWork.STAGE2 ? Optional.of(thresholds()) : Optional.empty());
        }

        /** Nanoseconds of the last step. */
        private long warmUp() {
            long begun = compute.nanoTime().getAsLong();
            long last = begun;
            long took = 0;
            while (!length.isWarm(done, last - begun)) {
                makeStep();
                long now = compute.nanoTime().getAsLong();
                took = now - last;
                last = now;
            }
            return took;
        }

        private void makeStep() {
            torch.reseed(Benchmark.SEED, done);
            Batch batch = batches.of(done);
            trainee.stepBegins(done);
            step.run(batch, done, BenchmarkSpecs.LEARNING_RATE);
            done++;
            trainee.stepDone(done);
            states.stepDone(done);
            listener.step(done, total);
        }

        private void saveState() {
            if (settings.stateCapture()) {
                stateMeter.request();
                states.stepDone(done);
                makeStep();
                stateMeter.finish();
            }
        }

        /** The median of a few; there is no step between them, which changes nothing of the work. */
        private ThresholdCost thresholds() {
            double[] seconds = new double[THRESHOLD_REPEATS];
            // The first lets the JVM's compiler see the code.
            trainee.stepBegins(done);
            trainee.settle();
            long cpu = StepMeter.processCpuNanos();
            for (int i = 0; i < seconds.length; i++) {
                trainee.stepBegins(done);
                Benchmark.await(torch);
                long start = compute.nanoTime().getAsLong();
                trainee.settle();
                Benchmark.await(torch);
                seconds[i] = (compute.nanoTime().getAsLong() - start) / 1e9;
            }
            long spent = StepMeter.processCpuNanos() - cpu;
            Arrays.sort(seconds);
            return new ThresholdCost(
                    seconds[seconds.length / 2],
                    spent > 0 ? OptionalDouble.of(spent / 1e9 / seconds.length) : OptionalDouble.empty());
        }
    }
}
