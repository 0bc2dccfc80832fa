package org.crvqa.vqa.model;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;

/**
 * Random weights. Each tensor depends on the seed and its own name alone, so neither the order of drawing nor the
 * presence of other tensors changes it, and the same on every machine: {@link Random}'s sequences are specified.
 */
public final class WeightInit {
    private static final double LEAST_PRIOR = 0.001;
    private static final double MOST_PRIOR = 0.5;

    private final long seed;

    public WeightInit(long seed) {
        this.seed = seed;
    }

    /**
     * A tensor of the encoder as Hugging Face initialises it: weights from N(0, initializer_range), the padding rows
     * of embedding tables 0, biases 0, layer normalisation 1 and 0. Row-major.
     *
     * @throws IllegalArgumentException when the model has no such parameter
     */
    public float[] encoder(ModelConfig config, String name) {
        long[] shape = shapeOf(config.shapes(), name);
        float[] values = new float[size(shape)];
        if (shape.length == 1) {
            if (name.endsWith(".weight")) {
                Arrays.fill(values, 1f);
            }
            return values;
        }
        Random random = random(name);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() * config.initializerRange());
        }
        Integer padding = config.paddingRows().get(name);
        if (padding != null) {
            int width = (int) shape[1];
            Arrays.fill(values, padding * width, (padding + 1) * width, 0f);
        }
        return values;
    }

    /**
     * A tensor of the answer head: {@code weight_v} and {@code bias} as torch.nn.Linear, {@code weight_g} = ‖v‖.
     *
     * @throws IllegalArgumentException when the head has no such parameter
     */
    public float[] head(int hidden, int answers, String name) {
        Map<String, long[]> shapes = HeadParameters.shapes(hidden, answers);
        long[] shape = shapeOf(shapes, name);
        String layer = name.substring(0, name.lastIndexOf('.'));
        long[] matrix = shapeOf(shapes, layer + ".weight_v");
        if (!name.endsWith(".weight_g")) {
            return linear(name, size(shape), matrix[1]);
        }
        double squares = 0;
        for (float value : linear(layer + ".weight_v", size(matrix), matrix[1])) {
            squares += (double) value * value;
        }
        return new float[] {(float) Math.sqrt(squares)};
    }

    /** Values of a weight or bias of torch.nn.Linear: uniform in ±1/√(fan-in). */
    public float[] linear(String name, int size, long fanIn) {
        double bound = 1 / Math.sqrt(fanIn);
        Random random = random(name);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) ((2 * random.nextDouble() - 1) * bound);
        }
        return values;
    }

    /**
     * The output bias that lets an untrained head predict the training prior: the logit of each answer's mean training
     * score, the score clamped to [0.001, 0.5].
     */
    public static float[] priorLogits(float[] meanScores) {
        float[] logits = new float[meanScores.length];
        for (int i = 0; i < logits.length; i++) {
            double p = Math.min(Math.max(meanScores[i], LEAST_PRIOR), MOST_PRIOR);
            // StrictMath: the bytes of a checkpoint must not depend on the processor.
            logits[i] = (float) StrictMath.log(p / (1 - p));
        }
        return logits;
    }

    /** A generator for this name alone. Random takes 48 bits of its seed; SHA-256 spreads names and seeds over them. */
    private Random random(String name) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(ByteBuffer.allocate(Long.BYTES).putLong(seed).array());
            digest.update(name.getBytes(StandardCharsets.UTF_8));
            return new Random(ByteBuffer.wrap(digest.digest()).getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    private static long[] shapeOf(Map<String, long[]> shapes, String name) {
        long[] shape = shapes.get(name);
        if (shape == null) {
            throw new IllegalArgumentException("No parameter " + name);
        }
        return shape;
    }

    private static int size(long[] shape) {
        long size = 1;
        for (long extent : shape) {
            size = Math.multiplyExact(size, extent);
        }
        return Math.toIntExact(size);
    }
}
