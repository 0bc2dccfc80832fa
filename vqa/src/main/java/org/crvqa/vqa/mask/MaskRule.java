package org.crvqa.vqa.mask;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.crvqa.vqa.optim.StateFields;

/**
 * How the real values m of a list of tensors become their binary masks M. Holds whatever that needs beside m. Gradients
 * pass straight through, dL/dm := dL/dM, unless {@link #limits()} says otherwise.
 */
sealed interface MaskRule permits ThresholdRule, SignRule, BernoulliRule, GroupRule {
    /**
     * target = source M, each pruned value +0.
     *
     * @param values m
     * @param targets may be the sources
     */
    void mask(List<NDArray> values, List<NDArray> sources, List<NDArray> targets);

    /** M of one tensor as truth values, which {@code owner} closes. */
    NDArray kept(int place, NDArray values, NDManager owner);

    /**
     * Makes M the mask that is evaluated and saved: exactly {@code zeros[i]} zeros of the i-th tensor, where the rule can
     * promise that; until values change or are drawn again.
     */
    void settle(List<NDArray> values, int[] zeros);

    /** Whether m has the range [-1, 1], and no gradient passes where |m| has reached 1. */
    default boolean limits() {
        return false;
    }

    /** Whether M is drawn anew for every step. */
    default boolean draws() {
        return false;
    }

    /** Draws M for a step. */
    default void draw(List<NDArray> values, int step) {}

    /** Shows what is held beside m, of the tensors of these names. */
    default void state(List<String> names, StateFields fields) {}
}
