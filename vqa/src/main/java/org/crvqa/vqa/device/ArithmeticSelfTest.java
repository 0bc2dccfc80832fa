package org.crvqa.vqa.device;

import java.util.Arrays;
import org.crvqa.vqa.tensor.Libtorch;
import org.crvqa.vqa.tensor.Torch;

/**
 * Multiplies matrices of whole numbers whose product float32 holds exactly, whatever the order of additions. A device that
 * rounds factors to fewer bits, as TF32 does, or that is broken, gives another product.
 */
public final class ArithmeticSelfTest implements SelfTest {
    static final int ROWS = 64;
    // 12 significant bits, of which TF32 keeps 11 and bfloat16 8.
    private static final int LARGEST = 4095;

    /** Computes a product on a device. */
    interface Multiplier {
        float[] product(String device, float[] left, float[] right, int rows);
    }

    private final Multiplier multiplier;

    /** With the engine's own product. */
    public ArithmeticSelfTest() {
        this(Libtorch::product);
    }

    ArithmeticSelfTest(Multiplier multiplier) {
        this.multiplier = multiplier;
    }

    @Override
    public Result run(Torch torch) {
        return run(torch.device().isGpu() ? "gpu:0" : "cpu");
    }

    Result run(String device) {
        float[] left = new float[ROWS * ROWS];
        float[] right = new float[ROWS * ROWS];
        for (int i = 0; i < left.length; i++) {
            // Odd, so that no bit of the largest ones can be left out unnoticed; the factors are 3, 1, -1, -3.
            left[i] = LARGEST - 2 * (i % 31);
            right[i] = 3 - 2 * (i % 4);
        }
        float[] expected = product(left, right);
        float[] first = multiplier.product(device, left, right, ROWS);
        compare(device, first, expected);
        if (!Arrays.equals(first, multiplier.product(device, left, right, ROWS))) {
            throw SelfTest.refusal(device, "it computes the same product twice and gets two results");
        }
        return new Result(ROWS + " x " + ROWS + " products of whole numbers on " + device + " are exact in all "
                + expected.length + " elements, twice");
    }

    private static float[] product(float[] left, float[] right) {
        float[] product = new float[ROWS * ROWS];
        for (int row = 0; row < ROWS; row++) {
            for (int column = 0; column < ROWS; column++) {
                long sum = 0;
                for (int i = 0; i < ROWS; i++) {
                    sum += (long) left[row * ROWS + i] * (long) right[i * ROWS + column];
                }
                product[row * ROWS + column] = sum;
            }
        }
        return product;
    }

    private static void compare(String device, float[] found, float[] expected) {
        int wrong = Arrays.mismatch(found, expected);
        if (wrong >= 0) {
            String element = wrong < found.length ? Float.toString(found[wrong]) : "nothing";
            throw SelfTest.refusal(
                    device,
                    "element " + wrong + " of a product of whole numbers is " + element + ", expected "
                            + expected[wrong]);
        }
    }
}
