package org.crvqa.vqa.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.function.Consumer;
import org.crvqa.artifact.v1.Probability;
import org.crvqa.artifacts.TaskObserver;
import org.crvqa.task.v1.TextOptions;
import org.crvqa.vqa.data.Dataset;
import org.crvqa.vqa.model.ModelConfig;
import org.crvqa.vqa.model.Precision;
import org.crvqa.vqa.model.Weights;
import org.crvqa.vqa.score.KeptAnswers;
import org.crvqa.vqa.score.SplitScores;
import org.crvqa.vqa.tensor.Torch;

/** Lets a model answer the questions of a split and scores the answers. */
final class SplitScorer {
    private final Compute compute;
    private final Torch torch;
    private final AnswerModel model;
    private final Dataset dataset;
    private final QuestionText text;

    SplitScorer(Compute compute, ModelConfig config, Dataset dataset, TextOptions text, Precision precision) {
        this.compute = compute;
        this.torch = compute.torch();
        this.model = AnswerModel.evaluation(torch, config, precision);
        this.dataset = dataset;
        this.text = QuestionText.of(text, dataset.clsId(), dataset.sepId());
    }

    /**
     * Answers the questions in the order of their identifiers. Waits for the device when all batches are queued, and never
     * before.
     *
     * @throws DivergedException when the model gives no numbers for a question
     */
    SplitScores score(Weights weights, Examples scored, ProgressMeter progress, TaskObserver observer) {
        return score(weights, scored, progress, observer, batches -> {});
    }

    /** As above. {@code afterBatch} is called when a batch is queued, and computed where the device is the CPU. */
    SplitScores score(
            Weights weights,
            Examples scored,
            ProgressMeter progress,
            TaskObserver observer,
            Consumer<Batches> afterBatch) {
        try (NDManager manager = torch.newManager()) {
            NDArray answers = manager.zeros(new Shape(scored.size() + 1L), DataType.INT64);
            Answers best = (logits, first, count) -> torch.ops().best(answers, logits, first, count);
            run(weights, scored, progress, observer, afterBatch, best);
            return new SplitScores(dataset, scored.split(), scored.places(), read(answers, scored));
        }
    }

    /** As above, and keeps the {@code most} most probable answers of each question, or all where there are fewer. */
    KeptAnswers keep(
            Weights weights,
            Examples scored,
            int most,
            Probability probability,
            ProgressMeter progress,
            TaskObserver observer) {
        int kept = Math.min(most, dataset.answers());
        if (scored.size() == 0) {
            return new KeptAnswers(kept, new int[0], new float[0], probability);
        }
        boolean together = probability == Probability.PROBABILITY_SOFTMAX;
        long places = (long) scored.size() * kept;
        try (NDManager manager = torch.newManager()) {
            NDArray answers = manager.zeros(new Shape(places + 1), DataType.INT64);
            NDArray chances = manager.zeros(new Shape(places), DataType.FLOAT32);
            Answers top =
                    (logits, first, count) -> torch.ops().top(answers, chances, logits, first, count, kept, together);
            run(weights, scored, progress, observer, batches -> {}, top);
            int[] found = read(answers, scored);
            return new KeptAnswers(kept, found, torch.transfer().floats(chances), probability);
        }
    }

    /** What is made of the logits of a batch: those of its first questions belong to places from {@code first} on. */
    @FunctionalInterface
    private interface Answers {
        void take(NDArray logits, int first, int count);
    }

    private void run(
            Weights weights,
            Examples scored,
            ProgressMeter progress,
            TaskObserver observer,
            Consumer<Batches> afterBatch,
            Answers answers) {
        int[] examples = scored.places();
        if (examples.length == 0) {
            return;
        }
        int rows = Math.min(compute.evaluationBatch(), examples.length);
        int steps = (examples.length + rows - 1) / rows;
        progress.begin("evaluate " + scored.name(), 0, examples.length);
        try (Torch.GradientMode off = torch.gradients(false);
                NDManager manager = torch.newManager();
                Batches batches = Batches.evaluation(
                        compute,
                        dataset,
                        scored.split(),
                        text,
                        rows,
                        step -> Arrays.copyOfRange(examples, step * rows, Math.min(examples.length, (step + 1) * rows)),
                        steps,
                        manager)) {
            for (int step = 0; step < steps; step++) {
                observer.checkCancelled();
                int first = step * rows;
                int count = Math.min(rows, examples.length - first);
                answer(weights, batches.of(step), answers, first, count);
                progress.stepDone(first + (long) count, count);
                afterBatch.accept(batches);
            }
        }
    }

    /** Lets the answers to the first questions of a batch be taken. Waits for nothing. */
    private void answer(Weights weights, Batch batch, Answers answers, int first, int count) {
        try (NDManager scope = torch.newManager()) {
            answers.take(model.forward(weights, batch, scope).logits(), first, count);
        }
    }

    /** All but the last element, which counts questions without numbers. */
    private int[] read(NDArray answers, Examples scored) {
        long[] found = torch.transfer().longs(answers);
        long broken = found[found.length - 1];
        if (broken > 0) {
            throw DivergedException.ofScores(scored.name(), broken, scored.size());
        }
        int[] places = new int[found.length - 1];
        Arrays.setAll(places, i -> (int) found[i]);
        return places;
    }
}
