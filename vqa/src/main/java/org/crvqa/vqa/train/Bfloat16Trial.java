package org.crvqa.vqa.train;

import ai.djl.ndarray.NDManager;
import java.util.Optional;
import java.util.Random;
import org.crvqa.vqa.tensor.Scopes;
import org.crvqa.vqa.tensor.Torch;

/** A linear layer in bfloat16 against the same in 64-bit floats, within the rounding of bfloat16. */
final class Bfloat16Trial {
    private static final int ROWS = 8;
    private static final int IN = 48;
    private static final int OUT = 16;

    /** Half the distance of neighbours, relative: 8 significant bits. */
    private static final double ROUNDING = 0x1p-9;

    private Bfloat16Trial() {}

    /** What is wrong with it on this device; empty where nothing is. Waits for the device. */
    static Optional<String> run(Torch torch) {
        Random random = new Random(IN);
        float[] x = floats(random, ROWS * IN);
        float[] weight = floats(random, OUT * IN);
        float[] bias = floats(random, OUT);
        float[] found;
        try (NDManager manager = torch.newManager();
                Torch.GradientMode off = torch.gradients(false)) {
            found = torch.transfer()
                    .floats(Scopes.within(
                            manager,
                            () -> torch.ops()
                                    .linearBfloat16(
                                            torch.floats(manager, x, ROWS, IN),
                                            torch.floats(manager, weight, OUT, IN),
                                            torch.floats(manager, bias, OUT))));
        }
        return compare(found, x, weight, bias);
    }

    static Optional<String> compare(float[] found, float[] x, float[] weight, float[] bias) {
        for (int i = 0; i < found.length; i++) {
            double sum = bias[i % OUT];
            double magnitudes = Math.abs(sum);
            for (int j = 0; j < IN; j++) {
                double product = (double) x[i / OUT * IN + j] * weight[i % OUT * IN + j];
                sum += product;
                magnitudes += Math.abs(product);
            }
            // Both factors of each product are rounded, then the sum; a little more for sums in 32-bit floats.
            double allowed = 1.02 * ROUNDING * (2 * magnitudes + Math.abs(sum));
            // Written so that NaN fails.
            if (!(Math.abs(found[i] - sum) <= allowed)) {
                return Optional.of("element " + i + " of a product in bfloat16 is " + found[i] + ", expected " + sum
                        + " to " + allowed);
            }
        }
        return Optional.empty();
    }

    private static float[] floats(Random random, int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
