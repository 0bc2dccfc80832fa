package org.crvqa.vqa.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.crvqa.vqa.data.Dataset;
import org.crvqa.vqa.debias.LossTargets;
import org.crvqa.vqa.tensor.Staging;
import org.crvqa.vqa.tensor.Torch;

/**
 * One batch's memory and tensors, used again and again; the number of rows is fixed, so that each step has the same
 * shapes. To be filled, which any thread may do, then taken; and not filled again before the step that took it is done.
 */
final class BatchSlot {
    private static final int INPUTS = 5;

    private final Torch torch;
    private final BatchFiller filler;
    private final NDArray priors;
    private final boolean targeted;
    private final Staging staging;
    private final NDArray scores;
    private final NDArray bias;
    private final Batch batch;

    /**
     * @param priors (types, A), by which the bias of a batch is looked up; not needed where there are no targets
     * @param targeted whether targets are filled; otherwise they stay 0
     * @param manager owns the tensors
     */
    BatchSlot(
            Torch torch,
            Dataset dataset,
            QuestionText text,
            BatchFiller filler,
            NDArray priors,
            boolean targeted,
            int rows,
            NDManager manager) {
        this.torch = torch;
        this.filler = filler;
        this.priors = priors;
        this.targeted = targeted;
        int regions = dataset.maxBoxes();
        List<Staging.Part> parts = new ArrayList<>(List.of(
                new Staging.Part(DataType.INT64, new Shape(rows, text.length())),
                new Staging.Part(DataType.FLOAT32, new Shape(rows, text.length())),
                new Staging.Part(
                        dataset.halfFeatures() ? DataType.FLOAT16 : DataType.FLOAT32,
                        new Shape(rows, regions, dataset.featureDim())),
                new Staging.Part(DataType.FLOAT32, new Shape(rows, regions, 4)),
                new Staging.Part(DataType.FLOAT32, new Shape(rows, regions))));
        int targetRows = targeted ? rows : 0;
        parts.addAll(List.of(
                new Staging.Part(DataType.INT64, new Shape(targetRows)),
                new Staging.Part(DataType.INT64, new Shape(targetRows, filler.mostScores())),
                new Staging.Part(DataType.FLOAT32, new Shape(targetRows, filler.mostScores())),
                new Staging.Part(DataType.INT64, new Shape(targetRows)),
                new Staging.Part(DataType.FLOAT32, new Shape(targetRows))));
        staging = new Staging(torch, targeted ? parts : parts.subList(0, INPUTS), manager);
        Shape dense = new Shape(targetRows, dataset.answers());
        scores = manager.zeros(dense);
        bias = manager.zeros(dense);
        List<NDArray> tensors = staging.tensors();
        boolean masked = text.attentionMask();
        batch = new Batch(
                tensors.get(0),
                masked ? tensors.get(1) : null,
                tensors.get(2),
                tensors.get(3),
                masked ? tensors.get(4) : null,
                targeted
                        ? new LossTargets(scores, bias, tensors.get(INPUTS + 3), tensors.get(INPUTS + 4))
                        : new LossTargets(scores, bias, bias, bias));
    }

    /** Writes examples into the memory. Touches no tensor of a GPU. */
    void fill(int[] examples) {
        List<ByteBuffer> memory = staging.buffers();
        filler.fill(
                new BatchFiller.Inputs(memory.get(0), memory.get(1), memory.get(2), memory.get(3), memory.get(4)),
                examples);
        if (targeted) {
            filler.fill(
                    new BatchFiller.Targets(
                            memory.get(INPUTS),
                            memory.get(INPUTS + 1),
                            memory.get(INPUTS + 2),
                            memory.get(INPUTS + 3),
                            memory.get(INPUTS + 4)),
                    examples);
        }
    }

    /** The tensors with what was filled in last. Waits for nothing. */
    Batch take() {
        staging.send();
        if (targeted) {
            List<NDArray> tensors = staging.tensors();
            torch.ops().rows(bias, priors, tensors.get(INPUTS));
            torch.ops().scatterRows(scores, tensors.get(INPUTS + 1), tensors.get(INPUTS + 2));
        }
        return batch;
    }
}
