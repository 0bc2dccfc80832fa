package org.crvqa.vqa.mask;

import java.nio.FloatBuffer;
import org.crvqa.vqa.optim.StateFields;

/**
 * How the real values m of one tensor become its binary mask M. Holds whatever that needs beside m. Gradients pass
 * straight through, dL/dm := dL/dM, unless {@link #limits()} says otherwise.
 */
public sealed interface MaskRule permits ThresholdRule, SignRule, BernoulliRule, GroupRule {
    /** Sets to 0 the first n weights whose mask is 0; {@code values} are their m, {@code from} is the first's index. */
    void mask(float[] values, int from, int n, float[] weights);

    /**
     * Makes M the mask that is evaluated and saved: exactly {@code zeros} zeros, where the rule can promise that; until
     * values change or are drawn again.
     */
    void settle(FloatBuffer values, int zeros);

    /** Whether m has a range, beyond which no gradient passes. */
    default boolean limits() {
        return false;
    }

    /** Sets the first n gradients to 0 where the value is at its limit. */
    default void limitGradient(float[] values, float[] gradient, int n) {}

    /** Moves the first n values into their range. */
    default void limitValues(float[] values, int n) {}

    /** Whether M is drawn anew for every step. */
    default boolean draws() {
        return false;
    }

    /** Draws M for a step. */
    default void draw(FloatBuffer values, int step) {}

    /** Shows what is held beside m, of the tensor of this name. */
    default void state(String name, StateFields fields) {}
}
