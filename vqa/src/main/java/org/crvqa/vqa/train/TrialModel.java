package org.crvqa.vqa.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.crvqa.vqa.debias.DebiasLoss;
import org.crvqa.vqa.debias.LossTargets;
import org.crvqa.vqa.model.HeadParameters;
import org.crvqa.vqa.model.LxmertConfig;
import org.crvqa.vqa.model.WeightInit;
import org.crvqa.vqa.tensor.Torch;

/**
 * A tiny LXMERT with an answer head and batches for it, the same numbers on every machine: {@link Random}'s sequences are
 * specified.
 */
class TrialModel {
    /** Every kind of layer, both halves of a whole cross layer among them. */
    static final LxmertConfig CONFIG = new LxmertConfig(40, 32, 2, 64, 0, 0, 8, 2, 0.1, 1, 2, 1, 12, 4);

    static final int ANSWERS = 7;
    private static final long SEED = 27;
    private static final int ROWS = 4;
    private static final int TOKENS = 6;
    private static final int REGIONS = 3;

    /** First values and shapes by name, of the loss's own tensors too. */
    Map<String, float[]> weights(DebiasLoss loss) {
        WeightInit init = new WeightInit(SEED);
        Map<String, float[]> weights = new LinkedHashMap<>();
        CONFIG.shapes().keySet().forEach(name -> weights.put(name, init.encoder(CONFIG, name)));
        HeadParameters.shapes(CONFIG.hiddenSize(), ANSWERS)
                .keySet()
                .forEach(name -> weights.put(name, init.head(CONFIG.hiddenSize(), ANSWERS, name)));
        loss.parameters(CONFIG.hiddenSize())
                .keySet()
                .forEach(name -> weights.put(name, loss.initial(init, CONFIG.hiddenSize(), name)));
        return weights;
    }

    /** The first weights on the device; {@code manager} owns them. */
    final ModelTensors tensors(Torch torch, DebiasLoss loss, NDManager manager) {
        Map<String, long[]> shapes = new LinkedHashMap<>(CONFIG.shapes());
        shapes.putAll(HeadParameters.shapes(CONFIG.hiddenSize(), ANSWERS));
        shapes.putAll(loss.parameters(CONFIG.hiddenSize()));
        ModelTensors tensors = new ModelTensors(torch, manager);
        weights(loss).forEach((name, values) -> tensors.put(name, shapes.get(name), values));
        return tensors;
    }

    /** The batch of a step: hidden word pieces and regions, a question without an answer, priors of 0 and 1. */
    final Batch batch(Torch torch, int step, NDManager manager) {
        Random random = new Random(SEED + step);
        long[] ids = new long[ROWS * TOKENS];
        float[] tokenMask = new float[ids.length];
        float[] regionMask = new float[ROWS * REGIONS];
        for (int row = 0; row < ROWS; row++) {
            int tokens = 3 + random.nextInt(TOKENS - 2);
            for (int i = 0; i < tokens; i++) {
                ids[row * TOKENS + i] = 1L + random.nextInt(CONFIG.vocabSize() - 1);
                tokenMask[row * TOKENS + i] = 1;
            }
            int regions = 1 + random.nextInt(REGIONS);
            for (int i = 0; i < regions; i++) {
                regionMask[row * REGIONS + i] = 1;
            }
        }
        float[] features = floats(ROWS * REGIONS * CONFIG.featureSize(), random::nextGaussian);
        float[] boxes = floats(ROWS * REGIONS * 4, random::nextDouble);
        return new Batch(
                torch.integers(manager, ids, ROWS, TOKENS),
                torch.floats(manager, tokenMask, ROWS, TOKENS),
                torch.floats(manager, features, ROWS, REGIONS, CONFIG.featureSize()),
                torch.floats(manager, boxes, ROWS, REGIONS, 4),
                torch.floats(manager, regionMask, ROWS, REGIONS),
                targets(torch, random, manager));
    }

    private static LossTargets targets(Torch torch, Random random, NDManager manager) {
        float[] scores = floats(ROWS * ANSWERS, () -> Math.max(0, random.nextInt(6) - 2) / 3.0);
        float[] bias = floats(ROWS * ANSWERS, random::nextDouble);
        for (int row = 0; row < ROWS; row++) {
            bias[row * ANSWERS] = 0;
            bias[row * ANSWERS + 1] = 1;
        }
        Arrays.fill(scores, ANSWERS, 2 * ANSWERS, 0f);
        // What the loss does not look at.
        NDArray labels = manager.zeros(new Shape(ROWS), DataType.INT64);
        return new LossTargets(
                torch.floats(manager, scores, ROWS, ANSWERS),
                torch.floats(manager, bias, ROWS, ANSWERS),
                labels,
                manager.zeros(new Shape(ROWS)));
    }

    private static float[] floats(int n, DoubleSupplier next) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) next.getAsDouble();
        }
        return values;
    }
}
