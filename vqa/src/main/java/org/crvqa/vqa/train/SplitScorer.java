package org.crvqa.vqa.train;

import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import org.crvqa.artifacts.TaskObserver;
import org.crvqa.task.v1.TextOptions;
import org.crvqa.vqa.data.Dataset;
import org.crvqa.vqa.data.Split;
import org.crvqa.vqa.model.ModelConfig;
import org.crvqa.vqa.model.Weights;
import org.crvqa.vqa.score.SplitScores;
import org.crvqa.vqa.tensor.Torch;

/** Lets a model answer the questions of a split and scores the answers. */
final class SplitScorer {
    private static final int BATCH = 256;

    private final Torch torch;
    private final AnswerModel model;
    private final Dataset dataset;
    private final QuestionText text;

    SplitScorer(Torch torch, ModelConfig config, Dataset dataset, TextOptions text) {
        this.torch = torch;
        this.model = AnswerModel.evaluation(torch, config);
        this.dataset = dataset;
        this.text = QuestionText.of(text, dataset.clsId(), dataset.sepId());
    }

    /** Answers the questions in the order of their identifiers. */
    SplitScores score(Weights weights, Examples scored, ProgressMeter progress, TaskObserver observer) {
        Split split = scored.split();
        int[] examples = scored.places();
        int rows = Math.min(BATCH, examples.length);
        int[] answers = new int[examples.length];
        progress.begin("evaluate " + scored.name(), 0, examples.length);
        try (Torch.GradientMode off = torch.gradients(false);
                NDManager manager = torch.newManager()) {
            BatchTensors batch = new BatchTensors(dataset, split, text, rows, manager);
            for (int from = 0; from < examples.length; from += rows) {
                observer.checkCancelled();
                int[] some = Arrays.copyOfRange(examples, from, Math.min(examples.length, from + rows));
                batch.fillInputs(some);
                float[] logits = logits(weights, batch.batch());
                for (int i = 0; i < some.length; i++) {
                    answers[from + i] = best(logits, i);
                }
                progress.stepDone(from + (long) some.length, some.length);
            }
        }
        return new SplitScores(dataset, split, examples, answers);
    }

    private float[] logits(Weights weights, Batch batch) {
        try (NDManager scope = torch.newManager()) {
            return model.forward(weights, batch, scope).logits().toFloatArray();
        }
    }

    /** The answer with the highest logit in a row; the first of several. */
    private int best(float[] logits, int row) {
        int answers = dataset.answers();
        int best = 0;
        for (int i = 1; i < answers; i++) {
            if (logits[row * answers + i] > logits[row * answers + best]) {
                best = i;
            }
        }
        return best;
    }
}
