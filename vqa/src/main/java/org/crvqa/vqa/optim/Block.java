package org.crvqa.vqa.optim;

/**
 * Java arrays into which tensor memory is copied piece by piece: loops over arrays become vector instructions, loops over
 * direct buffers do not, and a block stays in the processor's cache. One per trainable, not shared between threads.
 */
public final class Block {
    /** Values in a block: 16 KiB per array. */
    public static final int SIZE = 4096;

    public final float[] values = new float[SIZE];
    public final float[] gradient = new float[SIZE];
    public final float[] mean = new float[SIZE];
    public final float[] meanSquare = new float[SIZE];

    /** Sum of the squares of the first {@code n} values, in double: float sums lose digits over millions of values. */
    public static double squaredNorm(float[] values, int n) {
        // Four sums, since one would make every addition wait for the one before.
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int i = 0;
        for (; i + 3 < n; i += 4) {
            a += (double) values[i] * values[i];
            b += (double) values[i + 1] * values[i + 1];
            c += (double) values[i + 2] * values[i + 2];
            d += (double) values[i + 3] * values[i + 3];
        }
        for (; i < n; i++) {
            a += (double) values[i] * values[i];
        }
        return a + b + c + d;
    }
}
