package org.crvqa.vqa.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Random;
import org.crvqa.vqa.TestDevice;
import org.crvqa.vqa.tensor.Torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A linear layer in bfloat16. */
class LinearTest {
    private static final float[] X = {1.00390625f, -2.5f, 0.3f, 3.14159f, 0.001f, -7.7f};
    private static final float[] WEIGHT = {0.1f, 0.2f, 0.7f, -1.3f, 2.007f, 0.0625f};
    private static final float[] BIAS = {0.05f, -0.123f};

    private final Torch torch = TestDevice.torch();
    private final NDManager manager = torch.newManager();

    @AfterEach
    void close() {
        manager.close();
    }

    /** The expected numbers are torch 2.13's: {@code linear(x.bfloat16(), w.bfloat16(), b.bfloat16()).float()}, backward of (y g). */
    @Test
    void apply_bfloat16_givesTorchsValuesAndGradients() {
        NDArray x = leaf(X, 2, 3);
        NDArray weight = leaf(WEIGHT, 2, 3);
        NDArray bias = leaf(BIAS, 2);
        NDArray found;
        try (Torch.GradientMode on = torch.gradients(true)) {
            found = Linear.apply(torch, Precision.BFLOAT16, x, weight, bias);
            torch.backward(found.mul(torch.floats(manager, new float[] {1, 0.5f, -0.3f, 0.7f}, 2, 2))
                    .sum());
        }
        assertThat(values(found)).containsExactly(-0.1396484375f, -6.40625f, -5f, -4.6875f);
        assertThat(gradient(x))
                .containsExactly(-0.546875f, 1.203125f, 0.73046875f, -0.9375f, 1.3359375f, -0.1669921875f);
        assertThat(gradient(weight)).containsExactly(0.055419921875f, -2.5f, 2.609375f, 2.703125f, -1.25f, -5.21875f);
        assertThat(gradient(bias)).containsExactly(0.69921875f, 1.203125f);
    }

    @Test
    void apply_bfloat16_isTheProductOfRoundedOperands() {
        Random random = new Random(4);
        float[] x = floats(random, 5 * 7);
        float[] weight = floats(random, 6 * 7);
        float[] bias = floats(random, 6);
        float[] found = values(apply(Precision.BFLOAT16, x, weight, bias));
        int otherwise = 0;
        float[] exact = values(apply(Precision.FLOAT32, x, weight, bias));
        for (int i = 0; i < found.length; i++) {
            double sum = rounded(bias[i % 6]);
            for (int j = 0; j < 7; j++) {
                sum += (double) rounded(x[i / 6 * 7 + j]) * rounded(weight[i % 6 * 7 + j]);
            }
            assertThat(found[i]).as("element %d", i).isEqualTo(rounded((float) sum));
            otherwise += found[i] == rounded(exact[i]) ? 0 : 1;
        }
        assertThat(otherwise)
                .as("elements where rounding the result alone gives another")
                .isPositive();
    }

    @Test
    void apply_float32_roundsNothing() {
        assertThat(values(apply(Precision.FLOAT32, new float[] {1.0001f}, new float[] {1.0001f}, new float[] {0})))
                .containsExactly(1.0001f * 1.0001f);
    }

    private NDArray apply(Precision precision, float[] x, float[] weight, float[] bias) {
        int in = weight.length / bias.length;
        try (Torch.GradientMode off = torch.gradients(false)) {
            return Linear.apply(
                    torch,
                    precision,
                    torch.floats(manager, x, x.length / in, in),
                    torch.floats(manager, weight, bias.length, in),
                    torch.floats(manager, bias, bias.length));
        }
    }

    private NDArray leaf(float[] values, long... shape) {
        return torch.leaf(torch.floats(manager, values, shape), manager);
    }

    private float[] gradient(NDArray leaf) {
        return values(torch.gradient(leaf, manager).orElseThrow());
    }

    private float[] values(NDArray tensor) {
        return torch.transfer().floats(tensor);
    }

    private static float[] floats(Random random, int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** To the nearest bfloat16, of two equally near ones the even: the upper half of a float's bits. */
    private static float rounded(float value) {
        int bits = Float.floatToRawIntBits(value);
        return Float.intBitsToFloat((bits + 0x7fff + (bits >>> 16 & 1)) & 0xffff0000);
    }
}
