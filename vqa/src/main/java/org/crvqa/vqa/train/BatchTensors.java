package org.crvqa.vqa.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import org.crvqa.vqa.data.Dataset;
import org.crvqa.vqa.data.Split;
import org.crvqa.vqa.debias.LossTargets;
import org.crvqa.vqa.optim.TensorMemory;

/**
 * The tensors of a batch, filled again for every step. Their number of rows is fixed, so that each step has the same shapes. The manager given owns the tensors; they
 * must not be filled again before the backward pass that used them is done.
 */
final class BatchTensors {
    private final Dataset dataset;
    private final Split split;
    private final QuestionText text;
    private final Batch batch;
    private final LongBuffer tokenMemory;
    private final FloatBuffer maskMemory;
    private final FloatBuffer featureMemory;
    private final FloatBuffer boxMemory;
    private final FloatBuffer regionMaskMemory;
    private final FloatBuffer scoreMemory;
    private final FloatBuffer biasMemory;
    private final LongBuffer labelMemory;
    private final FloatBuffer labelledMemory;

    BatchTensors(Dataset dataset, Split split, QuestionText text, int rows, NDManager manager) {
        this.dataset = dataset;
        this.split = split;
        this.text = text;
        int regions = dataset.maxBoxes();
        NDArray tokenIds = manager.zeros(new Shape(rows, text.length()), DataType.INT64);
        NDArray tokenMask = manager.zeros(new Shape(rows, text.length()));
        NDArray features = manager.zeros(new Shape(rows, regions, dataset.featureDim()));
        NDArray boxes = manager.zeros(new Shape(rows, regions, 4));
        NDArray regionMask = manager.zeros(new Shape(rows, regions));
        NDArray scores = manager.zeros(new Shape(rows, dataset.answers()));
        NDArray bias = manager.zeros(new Shape(rows, dataset.answers()));
        NDArray labels = manager.zeros(new Shape(rows), DataType.INT64);
        NDArray labelled = manager.zeros(new Shape(rows));
        tokenMemory = TensorMemory.bytes(tokenIds, DataType.INT64).asLongBuffer();
        maskMemory = TensorMemory.floats(tokenMask);
        featureMemory = TensorMemory.floats(features);
        boxMemory = TensorMemory.floats(boxes);
        regionMaskMemory = TensorMemory.floats(regionMask);
        scoreMemory = TensorMemory.floats(scores);
        biasMemory = TensorMemory.floats(bias);
        labelMemory = TensorMemory.bytes(labels, DataType.INT64).asLongBuffer();
        labelledMemory = TensorMemory.floats(labelled);
        boolean masked = text.attentionMask();
        batch = new Batch(
                tokenIds,
                masked ? tokenMask : null,
                features,
                boxes,
                masked ? regionMask : null,
                new LossTargets(scores, bias, labels, labelled));
    }

    /** Puts examples of the split into the inputs; with fewer than B the last rows keep what they held. */
    void fillInputs(int[] examples) {
        tokenMemory.rewind();
        maskMemory.rewind();
        featureMemory.rewind();
        boxMemory.rewind();
        regionMaskMemory.rewind();
        for (int example : examples) {
            int count = text.put(split.tokens(example), tokenMemory);
            for (int i = 0; i < text.length(); i++) {
                maskMemory.put(i < count ? 1f : 0f);
            }
            int image = split.imageRow(example);
            dataset.copyFeatures(image, featureMemory);
            dataset.copyBoxes(image, boxMemory);
            int boxes = dataset.boxes(image);
            for (int i = 0; i < dataset.maxBoxes(); i++) {
                regionMaskMemory.put(i < boxes ? 1f : 0f);
            }
        }
    }

    /** Puts the same examples' soft scores, bias priors and labels into the targets. */
    void fillTargets(int[] examples) {
        int answers = dataset.answers();
        float[] row = new float[answers];
        scoreMemory.rewind();
        biasMemory.rewind();
        labelMemory.rewind();
        labelledMemory.rewind();
        for (int example : examples) {
            Arrays.fill(row, 0f);
            int[] named = split.scoreAnswers(example);
            float[] values = split.scoreValues(example);
            for (int i = 0; i < named.length; i++) {
                row[named[i]] = values[i];
            }
            scoreMemory.put(row);
            biasMemory.put(dataset.bias(split.questionType(example)));
            labelMemory.put(split.label(example));
            labelledMemory.put(named.length == 0 ? 0f : 1f);
        }
    }

    /** The tensors, which hold what was put in last. */
    Batch batch() {
        return batch;
    }
}
