package org.crvqa.vqa.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.crvqa.task.v1.Binariser;
import org.crvqa.task.v1.MaskInitialisation;
import org.crvqa.task.v1.MaskSettings;
import org.crvqa.task.v1.OptimizerKind;
import org.crvqa.vqa.TestDevice;
import org.crvqa.vqa.optim.AdamOptimizer;
import org.crvqa.vqa.optim.AdamSettings;
import org.crvqa.vqa.optim.DenseGroup;
import org.crvqa.vqa.optim.TrainedGroup;
import org.crvqa.vqa.tensor.Torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MaskGroupTest {
    private static final AdamSettings ADAMW =
            new AdamSettings(OptimizerKind.OPTIMIZER_KIND_ADAMW, 0.9, 0.999, 1e-8, 0, 0);

    private final Torch torch = TestDevice.torch();
    private final NDManager manager = torch.newManager();

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void new_halfSparse_keepsTheGreatestMagnitudes() {
        MaskGroup masked = masked(0.5, 1, -4, 2, -3);
        assertThat(masked.tensors().get(0).toFloatArray()).containsExactly(0, -4, 0, -3);
        assertThat(masked.kept().get("w")).containsExactly(0, 1, 0, 1);
        assertThat(value(masked, 1)).isEqualTo(0.02f);
        assertThat(threshold(masked)).isEqualTo(0.01f);
    }

    @Test
    void step_gradientOfEffectiveWeight_isTimesTheFrozenWeight() {
        // dL/dm = (3·1, 5·−4): also where the mask is 0 now, since the estimator is straight through.
        MaskGroup masked = masked(0.5, 1, -4);
        double norm = step(optimizer(ADAMW, masked), Map.of("w", manager.create(new float[] {3, 5})), 0);
        assertThat(norm * norm).isCloseTo(9 + 400, within(1e-4));
    }

    @Test
    void update_gradientAgainstTheMask_switchesWeights() {
        // Adam's first step moves each mask value by the rate against the sign of dL/dm.
        MaskGroup masked = masked(0.5, 1, -4);
        step(optimizer(ADAMW, masked), Map.of("w", manager.create(new float[] {-1, -1})), 0.015);
        assertThat(value(masked, 0)).isCloseTo(0.015f, within(1e-6f));
        assertThat(value(masked, 1)).isCloseTo(0.005f, within(1e-6f));
        assertThat(masked.tensors().get(0).toFloatArray()).containsExactly(1, 0);
        assertThat(masked.kept().get("w")).containsExactly(1, 0);
    }

    @Test
    void update_thresholdReached_isNotAbove() {
        MaskGroup masked = masked(0.34, 1, 2, 4);
        masked.settle(0);
        assertThat(threshold(masked)).isZero();
        assertThat(masked.kept().get("w")).containsExactly(0, 1, 1);
    }

    @Test
    void settle_afterDrift_restoresTheSparsityExactly() {
        Random random = new Random(1);
        int n = 10_001;
        float[] weights = new float[n];
        for (int i = 0; i < n; i++) {
            weights[i] = (float) random.nextGaussian();
        }
        MaskGroup masked = masked(0.7, weights);
        AdamOptimizer optimizer = optimizer(ADAMW, masked);
        for (int step = 0; step < 5; step++) {
            for (int i = 0; i < n; i++) {
                weights[i] = (float) random.nextGaussian();
            }
            step(optimizer, Map.of("w", manager.create(weights)), 0.01 * random.nextDouble());
        }
        assertThat(zeros(masked)).isNotEqualTo(7000);
        masked.settle(0);
        assertThat(zeros(masked)).isEqualTo(7000);
        float[] effective = masked.tensors().get(0).toFloatArray();
        byte[] kept = masked.kept().get("w");
        for (int i = 0; i < n; i++) {
            assertThat(effective[i] != 0).isEqualTo(kept[i] == 1);
        }
    }

    @Test
    void settle_valuesTieWithTheThreshold_cutsExactlyAndFloatsFromThere() {
        // m after a step of 0.03: four that were zeros 0.03, one 0, one that stayed -0.01; four have no gradient, as
        // words that no question contains, and keep 0.02 exactly. Three of these ties must go.
        MaskGroup masked = masked(0.5, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        AdamOptimizer optimizer = optimizer(ADAMW, masked);
        step(optimizer, Map.of("w", manager.create(new float[] {-1, -1, -1, -1, 0, 0, 1, 0, 0, 0})), 0.03);
        masked.settle(0);
        assertThat(threshold(masked)).isEqualTo(0.02f);
        assertThat(masked.kept().get("w")).containsExactly(1, 1, 1, 1, 0, 0, 0, 0, 0, 1);
        assertThat(masked.tensors().get(0).toFloatArray()).containsExactly(1, 2, 3, 4, 0, 0, 0, 0, 0, 10);
        step(optimizer, Map.of("w", manager.create(new float[10])), 0);
        assertThat(masked.tensors().get(0).toFloatArray()).containsExactly(1, 2, 3, 4, 0, 0, 0, 0, 0, 10);
        assertThat(masked.kept().get("w")).containsExactly(1, 1, 1, 1, 0, 0, 0, 0, 0, 1);
    }

    @Test
    void update_maskAndHeadTogether_clipByTheirCommonNorm() {
        // Norm sqrt((3·1)² + (1·−4)²  + 12²) = 13; clipped to 1.3 every gradient shrinks to a tenth, which Adam with a
        // large epsilon shows: step = lr · g / (|g| + eps) with eps = 1e6.
        MaskGroup masked = masked(0.5, 1, -4);
        NDArray head = manager.create(new float[] {0});
        AdamSettings clipped = new AdamSettings(OptimizerKind.OPTIMIZER_KIND_ADAMW, 0.9, 0.999, 1e6, 0, 1.3);
        double norm = step(
                optimizer(clipped, masked, new DenseGroup(Map.of("head", head), manager)),
                Map.of("w", manager.create(new float[] {3, 1}), "head", manager.create(new float[] {12})),
                1e6);
        assertThat(norm).isCloseTo(13, within(1e-5));
        assertThat(head.getFloat(0)).isCloseTo(-1.2f, within(1e-4f));
        assertThat(value(masked, 0)).isCloseTo(-0.3f, within(1e-4f));
    }

    @Test
    void prunedGroup_step_keepsZerosAndMovesTheRest() {
        NDArray tensor = manager.create(new float[] {1, 2, 3});
        PrunedGroup pruned = new PrunedGroup(torch, Map.of("w", tensor), Map.of("w", new byte[] {1, 0, 1}), manager);
        assertThat(tensor.toFloatArray()).containsExactly(1, 0, 3);
        double norm = step(optimizer(ADAMW, pruned), Map.of("w", manager.create(new float[] {3, 4, 0})), 0.5);
        assertThat(norm).isEqualTo(5);
        assertThat(tensor.toFloatArray()).containsExactly(new float[] {0.5f, 0, 3}, within(1e-5f));
    }

    @Test
    void tensors_prunedNegativeWeight_isPositiveZero() {
        // A checkpoint's bytes must not tell by which sign a weight was pruned.
        MaskGroup masked = masked(0.5, -1, -4, 2, -3);
        assertThat(Float.floatToRawIntBits(masked.tensors().get(0).toFloatArray()[0]))
                .isZero();
    }

    private static int zeros(MaskGroup masked) {
        int zeros = 0;
        for (byte kept : masked.kept().get("w")) {
            zeros += 1 - kept;
        }
        return zeros;
    }

    private MaskGroup masked(double sparsity, float... weights) {
        NDArray tensor = manager.create(FloatBuffer.wrap(weights.clone()), new Shape(weights.length));
        MaskSettings settings = MaskSettings.newBuilder()
                .setInitialisation(MaskInitialisation.MASK_INITIALISATION_MAGNITUDE)
                .setBinariser(Binariser.BINARISER_THRESHOLD)
                .build();
        MaskTarget target = MaskTarget.constant("w", new long[] {weights.length}, sparsity);
        return new MaskMaker(torch, settings, 0).masked(List.of(target), Map.of("w", tensor), manager);
    }

    private static float threshold(MaskGroup masked) {
        return ((ThresholdRule) masked.rule()).cut(0).value();
    }

    private static float value(MaskGroup masked, int place) {
        return masked.values().get(0).toFloatArray()[place];
    }

    private AdamOptimizer optimizer(AdamSettings settings, TrainedGroup... groups) {
        return new AdamOptimizer(torch, List.of(groups), settings, manager);
    }

    /** Makes a step and returns the norm that it found. */
    private double step(AdamOptimizer optimizer, Map<String, NDArray> gradients, double rate) {
        return torch.transfer().floats(optimizer.step(gradients, torch.scalar(1f), rate, manager))[1];
    }
}
