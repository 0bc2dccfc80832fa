package org.crvqa.vqa.train;

import ai.djl.ndarray.NDManager;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.crvqa.artifacts.TaskObserver;
import org.crvqa.task.v1.Keep;
import org.crvqa.task.v1.Selection;
import org.crvqa.task.v1.TrainingSettings;
import org.crvqa.vqa.data.Dataset;
import org.crvqa.vqa.debias.DebiasLoss;
import org.crvqa.vqa.model.ModelConfig;
import org.crvqa.vqa.optim.AdamOptimizer;
import org.crvqa.vqa.optim.AdamSettings;
import org.crvqa.vqa.optim.LinearSchedule;
import org.crvqa.vqa.optim.StateFields;
import org.crvqa.vqa.tensor.Torch;

/**
 * The loop of every stage: steps over the training split, less what is held out of it, in the order that seed and epoch
 * give, random generators set from (seed, step) at every step, the state that the selection keeps saved at the end.
 */
final class TrainingLoop {
    private final Compute compute;
    private final ModelConfig config;
    private final Dataset dataset;
    private final TrainingSettings settings;
    private final DebiasLoss loss;
    private final Distiller distiller;
    private final long seed;
    private final TaskObserver observer;
    private final ResultFiles results;

    /** {@code results}: what trainees save. */
    TrainingLoop(
            Compute compute,
            ModelConfig config,
            Dataset dataset,
            TrainingSettings settings,
            DebiasLoss loss,
            Distiller distiller,
            long seed,
            TaskObserver observer,
            ResultFiles results) {
        this.compute = compute;
        this.config = config;
        this.dataset = dataset;
        this.settings = settings;
        this.loss = loss;
        this.distiller = distiller;
        this.seed = seed;
        this.observer = observer;
        this.results = results;
    }

    /**
     * Trains, from the newest state that the observer's checkpoints have, and saves what the selection keeps.
     *
     * @return metrics of the run: {@code loss/train}, the mean over the last steps; with KEEP_BEST also
     *     {@code selection/score} and {@code selection/step}
     * @throws DivergedException when loss or gradient is not finite
     * @throws java.util.concurrent.CancellationException when the observer says so
     */
    Map<String, Double> run(Trainee trainee) {
        TrainingParts parts = TrainingParts.of(dataset, settings);
        ProgressMeter progress = new ProgressMeter(observer, compute.nanoTime());
        DataOrder order = new DataOrder(seed, parts.training().size(), settings.getBatchSize());
        History history = history(trainee, order);
        Best best = new Best(trainee, parts, progress, history);
        LossMean losses = new LossMean(observer, settings.getSteps());
        Torch torch = compute.torch();
        try (NDManager manager = torch.newManager()) {
            AdamOptimizer optimizer =
                    new AdamOptimizer(torch, trainee.groups(), AdamSettings.of(settings.getOptimizer()), manager);
            Consumer<StateFields> changing = fields -> {
                trainee.state(fields);
                optimizer.state(fields);
                best.state(fields);
                losses.state(fields);
                history.state(fields);
            };
            try (TrainingStates states =
                            new TrainingStates(torch, observer.checkpoints(), results, settings.getSteps(), changing);
                    Batches batches = batches(parts.training(), order, manager)) {
                TrainingStep step = new TrainingStep(
                        torch,
                        AnswerModel.training(torch, config, settings),
                        loss,
                        distiller,
                        trainee,
                        optimizer,
                        states::beforeChange);
                steps(trainee, step, states, batches, best, losses, history, progress);
            }
        }
        return finish(trainee, best, losses, history);
    }

    private History history(Trainee trainee, DataOrder order) {
        Set<String> terms = new TreeSet<>(loss.parts());
        terms.addAll(distiller.parts());
        return new History(
                settings, order.batchesPerEpoch(), terms, trainee.zeros(config).keySet());
    }

    private void steps(
            Trainee trainee,
            TrainingStep step,
            TrainingStates states,
            Batches batches,
            Best best,
            LossMean losses,
            History history,
            ProgressMeter progress) {
        LinearSchedule schedule = new LinearSchedule(
                settings.getLearningRate().getPeak(), settings.getLearningRate().getWarmupSteps(), settings.getSteps());
        ProgressMeter.phase(observer, "look for a state");
        int first = states.resume();
        progress.begin("train", first, settings.getSteps());
        for (int i = first; i < settings.getSteps(); i++) {
            observer.checkCancelled();
            compute.torch().reseed(seed, i);
            Batch batch = batches.of(i);
            trainee.stepBegins(i);
            StepMeasures measures = step.run(batch, i, schedule.at(i));
            trainee.stepDone(i + 1);
            losses.add(measures.loss(), i + 1);
            history.step(i + 1, measures, schedule.at(i));
            progress.stepDone(i + 1, batches.rows(), measures.loss());
            best.consider(i + 1);
            if (i + 1 < settings.getSteps() && history.countsZeros(i + 1)) {
                history.zeros(i + 1, trainee.zeros(config));
            }
            states.stepDone(i + 1);
        }
    }

    private Batches batches(Examples training, DataOrder order, NDManager manager) {
        return Batches.training(
                compute,
                dataset,
                training.split(),
                QuestionText.of(settings.getText(), dataset.clsId(), dataset.sepId()),
                order.batchSize(),
                step -> training.places(order.batch(step)),
                settings.getSteps(),
                manager);
    }

    private Map<String, Double> finish(Trainee trainee, Best best, LossMean losses, History history) {
        Map<String, Double> metrics = new TreeMap<>();
        metrics.put("loss/train", losses.latest());
        if (best.applies()) {
            metrics.put("selection/score", best.score);
            metrics.put("selection/step", (double) best.step);
        } else {
            trainee.settle();
            trainee.save();
        }
        // The masks as they were saved, or would have been.
        history.zeros(settings.getSteps(), trainee.zeros(config));
        results.history(history.message());
        return metrics;
    }

    /**
     * Saves the best state so far that may be a result; the earlier of two that score the same. The last state is always
     * considered.
     */
    private final class Best {
        private final Trainee trainee;
        private final TrainingParts parts;
        private final ProgressMeter progress;
        private final History history;
        private double score = -1;
        private int step;

        Best(Trainee trainee, TrainingParts parts, ProgressMeter progress, History history) {
            this.trainee = trainee;
            this.parts = parts;
            this.progress = progress;
            this.history = history;
        }

        void state(StateFields fields) {
            score = fields.real("best:score", score);
            step = (int) fields.number("best:step", step);
        }

        boolean applies() {
            return settings.getSelection().getKeep() == Keep.KEEP_BEST;
        }

        void consider(int stepsDone) {
            Selection selection = settings.getSelection();
            boolean last = stepsDone == settings.getSteps();
            if (!applies() || !(last || stepsDone % selection.getEverySteps() == 0)) {
                return;
            }
            if (!trainee.selectable()) {
                return;
            }
            trainee.settle();
            SplitScorer scorer = new SplitScorer(
                    compute, config, dataset, settings.getText(), Precisions.of(settings.getPrecision()));
            Examples examples = parts.selected(dataset, selection.getSplit());
            double found = scorer.score(trainee.weights(), examples, progress, observer)
                    .accuracy();
            observer.metric(History.accuracy(examples.name()), stepsDone, found);
            history.score(stepsDone, found);
            progress.score(found);
            if (found > score) {
                score = found;
                step = stepsDone;
                trainee.save();
            }
            if (!last) {
                progress.begin("train", stepsDone, settings.getSteps());
            }
        }
    }
}
