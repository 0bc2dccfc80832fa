package org.crvqa.vqa.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.function.Consumer;
import org.crvqa.artifacts.TaskObserver;
import org.crvqa.task.v1.TextOptions;
import org.crvqa.vqa.data.Dataset;
import org.crvqa.vqa.model.ModelConfig;
import org.crvqa.vqa.model.Precision;
import org.crvqa.vqa.model.Weights;
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
     * Answers the questions in the order of their identifiers. Waits for the device once, when all batches are queued.
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
        int[] examples = scored.places();
        if (examples.length == 0) {
            return new SplitScores(dataset, scored.split(), examples, new int[0]);
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
            NDArray answers = manager.zeros(new Shape(examples.length + 1L), DataType.INT64);
            for (int step = 0; step < steps; step++) {
                observer.checkCancelled();
                int first = step * rows;
                int count = Math.min(rows, examples.length - first);
                answer(weights, batches.of(step), answers, first, count);
                progress.stepDone(first + (long) count, count);
                afterBatch.accept(batches);
            }
            return new SplitScores(dataset, scored.split(), examples, read(answers, scored));
        }
    }

    /** Puts the answers to the first questions of a batch in their places. Waits for nothing. */
    private void answer(Weights weights, Batch batch, NDArray answers, int first, int count) {
        try (NDManager scope = torch.newManager()) {
            torch.ops().best(answers, model.forward(weights, batch, scope).logits(), first, count);
        }
    }

    private int[] read(NDArray answers, Examples scored) {
        long[] found = torch.transfer().longs(answers);
        long broken = found[found.length - 1];
        if (broken > 0) {
            throw DivergedException.ofScores(scored.name(), broken, scored.size());
        }
        int[] best = new int[scored.size()];
        Arrays.setAll(best, i -> (int) found[i]);
        return best;
    }
}
