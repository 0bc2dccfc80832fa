package org.crvqa.vqa.debias;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.Loss;
import org.crvqa.task.v1.LossKind;
import org.crvqa.vqa.TestDevice;
import org.crvqa.vqa.model.WeightInit;
import org.crvqa.vqa.tensor.Torch;
import org.crvqa.vqa.tensor.Torch.GradientMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Edge cases against closed forms; ordinary values are compared with PyTorch in the golden tests. */
class DebiasLossTest {
    private static final double W = 0.36;
    private static final float[] MIXIN_WEIGHT = {0.5f, -0.25f};
    private static final float MIXIN_BIAS = 0.1f;
    private static final float SMOOTH = -1f;

    private final Torch torch = TestDevice.torch();
    private final NDManager owner = torch.newManager();

    @AfterEach
    void close() {
        owner.close();
    }

    @Test
    void bce_rowWithoutLabel_countsEveryAnswerAsWrong() {
        Result result = run(bce(), new float[][] {{0.5f, -2f}, {1f, 0f}}, zeros(2, 2), zeros(2, 2), zeros(2, 2));

        double expected = (softplus(0.5) + softplus(-2) + softplus(1) + Math.log(2)) / 2;
        assertThat(result.loss()).isCloseTo((float) expected, within(1e-6f));
        assertThat(result.logitGradients()[3]).isCloseTo(0.25f, within(1e-7f));
    }

    @Test
    void bce_hugeLogits_isExact() {
        float[][] logits = {{1e4f, -1e4f}, {1e30f, 18f}};

        Result right = run(bce(), logits, new float[][] {{1f, 0f}, {1f, 1f}}, zeros(2, 2), zeros(2, 2));
        assertThat(right.loss() / (Math.log1p(Math.exp(-18)) / 2)).isCloseTo(1, within(1e-5));
        assertThat(right.logitGradients()[0]).isZero();

        Result wrong = run(bce(), logits, new float[][] {{0f, 1f}, {1f, 1f}}, zeros(2, 2), zeros(2, 2));
        assertThat(wrong.loss()).isEqualTo(1e4f);
        assertThat(wrong.logitGradients()).startsWith(0.5f, -0.5f);
    }

    @Test
    void lmh_biasZeroAndOneAndNoLabel_equalsDefinition() {
        float[][] logits = {{0.3f, -1.2f, 2f}, {-0.7f, 0.1f, 0f}};
        float[][] scores = {{0.3f, 1f, 0f}, {0f, 0f, 0f}};
        float[][] bias = {{0f, 1f, 0.25f}, {1f, 0f, 0.5f}};
        float[][] pooled = {{0.4f, -0.9f}, {0.9f, 0.2f}};

        Result result = run(lmh(), logits, scores, bias, pooled);

        double expected = definition(logits, scores, bias, pooled);
        assertThat(result.loss() / expected).isCloseTo(1, within(1e-5));
        assertThat(result.logitGradients()[5]).isNotZero();
    }

    @Test
    void lmh_hugeLogits_areFinite() {
        // g near 0 leaves the logits alone: the loss is theirs, the entropy that of a fair coin.
        float[][] pooled = {{-200f, 0f}};
        Result result = run(
                lmh(),
                new float[][] {{1e4f, -2e4f, 0f}},
                new float[][] {{0f, 1f, 0.5f}},
                new float[][] {{0f, 1f, 0.5f}},
                pooled);

        assertThat(result.loss() / (3e4 + Math.log(2) + W * Math.log(2))).isCloseTo(1, within(1e-5));
        assertThat(result.logitGradients()).containsExactly(new float[] {1f, -1f, 0f}, within(1e-6f));
    }

    @Test
    void lmh_strongBias_isFiniteAndEqualsDefinition() {
        // g = 600: e is hundreds, far outside the range of exp in float32.
        float[][] pooled = {{1200f, 0f}};
        float[][] logits = {{3f, -4f}};
        float[][] scores = {{0.5f, 0.5f}};
        float[][] bias = {{0f, 1f}};

        Result result = run(lmh(), logits, scores, bias, pooled);

        assertThat(result.loss() / definition(logits, scores, bias, pooled)).isCloseTo(1, within(1e-5));
        assertThat(result.logitGradients()).containsExactly(new float[] {-0.5f, 0.5f}, within(1e-6f));
    }

    @Test
    void lmh_rowThatIsNotANumber_countsAsZeroWithoutGradient() {
        float[][] logits = {{0.3f, -1.2f}, {Float.NaN, 1f}, {0.2f, 0.4f}};
        float[][] scores = {{0f, 1f}, {1f, 0f}, {0.6f, 0f}};
        float[][] bias = {{0.2f, 0.8f}, {0.5f, 0.5f}, {0f, 1f}};
        float[][] pooled = {{0.4f, -0.9f}, {1f, 1f}, {0.9f, 0.2f}};

        Result result = run(lmh(), logits, scores, bias, pooled);

        double first = definition(rows(logits, 0), rows(scores, 0), rows(bias, 0), rows(pooled, 0));
        double third = definition(rows(logits, 2), rows(scores, 2), rows(bias, 2), rows(pooled, 2));
        assertThat(result.loss() / ((first + third) / 3)).isCloseTo(1, within(1e-5));
        assertThat(result.logitGradients()[0]).isFinite().isNotZero();
        assertThat(result.logitGradients()[2]).isZero();
        assertThat(result.logitGradients()[3]).isZero();
        assertThat(result.pooledGradients()[2]).isZero();
        assertThat(result.pooledGradients()[4]).isFinite().isNotZero();
    }

    @Test
    void lmh_ownParameters_startAsInTorch() {
        DebiasLoss loss = lmh();
        WeightInit init = new WeightInit(9);

        assertThat(loss.parameters(16).keySet()).containsExactly("mixin.weight", "mixin.bias", "mixin.smooth");
        assertThat(loss.initial(init, 16, "mixin.weight")).hasSize(16).doesNotContain(0f);
        for (float value : loss.initial(init, 16, "mixin.weight")) {
            assertThat(value).isBetween(-0.25f, 0.25f);
        }
        assertThat(loss.initial(init, 16, "mixin.smooth")).containsExactly(-1f);
        assertThat(bce().parameters(16)).isEmpty();
    }

    @Test
    void of_spec_decidesWhetherMixinTrains() {
        Loss.Builder spec = Loss.newBuilder().setKind(LossKind.LOSS_KIND_LMH).setEntropyWeight(W);

        assertThat(DebiasLoss.of(torch, spec.build()).trainsParameters()).isFalse();
        assertThat(DebiasLoss.of(torch, spec.setTrainMixin(true).build()).trainsParameters())
                .isTrue();
    }

    @Test
    void poe_uniformBias_isBce() {
        float[][] logits = {{0.5f, -2f}, {1f, 0f}};
        float[][] scores = {{1f, 0f}, {0.3f, 0f}};

        Result poe =
                run(new PoeLoss(torch, false), logits, scores, new float[][] {{0.5f, 0.5f}, {0.5f, 0.5f}}, zeros(2, 2));

        Result bce = run(bce(), logits, scores, zeros(2, 2), zeros(2, 2));
        assertThat(poe.loss()).isCloseTo(bce.loss(), within(1e-6f));
        assertThat(poe.logitGradients()).containsExactly(bce.logitGradients(), within(1e-7f));
    }

    @Test
    void lpf_probabilityBelowTheFloor_costsTheFloorWithoutGradient() {
        // All labels are answer 0, whose prior is 0.5.
        Result result = run(
                new LpfLoss(torch, 2, false),
                new float[][] {{-17f, 0f}},
                new float[][] {{1f, 0f}},
                new float[][] {{0.5f, 0f}},
                zeros(1, 2));

        assertThat(result.loss() / (0.25 * Math.log(1e7))).isCloseTo(1, within(1e-6));
        assertThat(result.logitGradients()).containsOnly(0f);
    }

    @Test
    void reweight_everyPriorOne_isZeroWithoutGradient() {
        Result result = run(
                new ReweightLoss(torch),
                new float[][] {{-1e4f, 3f}},
                new float[][] {{1f, 0f}},
                new float[][] {{1f, 1f}},
                zeros(1, 2));

        assertThat(result.loss()).isZero();
        assertThat(result.logitGradients()).containsOnly(0f);
    }

    @Test
    void unlabelledDropped_noneLabelled_isZeroWithoutGradient() {
        for (DebiasLoss loss : List.of(new LpfLoss(torch, 5, true), new RubiLoss(torch, true))) {
            Result result = run(loss, new float[][] {{1f, 3f}}, zeros(1, 2), zeros(1, 2), zeros(1, 2));

            assertThat(result.loss()).isZero();
            assertThat(result.logitGradients()).containsOnly(0f);
        }
    }

    /** What the penalty adds is what the loss is more with its weight than without; an example that is NaN adds nothing. */
    @Test
    void lmh_parts_theEntropyIsWhatItsWeightAdds() {
        float[][] logits = {{0.3f, -1.2f}, {2f, 0.1f}, {Float.NaN, 1f}};
        float[][] scores = {{1f, 0f}, {0.3f, 0.9f}, {1f, 1f}};
        float[][] bias = {{0.7f, 0.1f}, {0.2f, 0.5f}, {0.4f, 0.4f}};
        float[][] pooled = {{0.5f, -0.5f}, {1f, 0.2f}, {0f, 0f}};
        LmhLoss loss = new LmhLoss(torch, W, false);
        Map<String, Float> parts = new HashMap<>();
        Map<String, NDArray> mixin = mixin();
        NDArray value = loss.value(
                tensor(logits),
                tensor(pooled),
                targets(scores, bias),
                mixin::get,
                (name, part) -> parts.put(name, part.getFloat()));

        float without =
                run(new LmhLoss(torch, 0, false), logits, scores, bias, pooled).loss();
        assertThat(parts).containsOnlyKeys(loss.parts());
        assertThat(parts.get("entropy")).isGreaterThan(0.01f).isCloseTo(value.getFloat() - without, within(1e-6f));
    }

    @Test
    void of_wrongSpec_namesTheField() {
        assertThatThrownBy(() -> DebiasLoss.of(torch, Loss.getDefaultInstance()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("loss.kind");
        assertThatThrownBy(() -> DebiasLoss.of(
                        torch,
                        Loss.newBuilder()
                                .setKind(LossKind.LOSS_KIND_LMH)
                                .setEntropyWeight(Double.NaN)
                                .build()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("loss.entropy_weight");
    }

    private record Result(float loss, float[] logitGradients, float[] pooledGradients) {}

    private Result run(DebiasLoss loss, float[][] logits, float[][] scores, float[][] bias, float[][] pooled) {
        Map<String, NDArray> mixin = mixin();
        NDArray logitLeaf = torch.leaf(tensor(logits), owner);
        NDArray pooledLeaf = torch.leaf(tensor(pooled), owner);
        try (GradientMode on = torch.gradients(true)) {
            NDArray value = loss.value(logitLeaf, pooledLeaf, targets(scores, bias), mixin::get);
            torch.backward(value);
            return new Result(value.getFloat(), gradient(logitLeaf), gradient(pooledLeaf));
        }
    }

    private Map<String, NDArray> mixin() {
        return Map.of(
                "mixin.weight", torch.floats(owner, MIXIN_WEIGHT, 1, 2),
                "mixin.bias", torch.floats(owner, new float[] {MIXIN_BIAS}, 1),
                "mixin.smooth", torch.floats(owner, new float[] {SMOOTH}, 1));
    }

    /** Of losses that need no label. */
    private LossTargets targets(float[][] scores, float[][] bias) {
        return new LossTargets(
                tensor(scores),
                tensor(bias),
                torch.integers(owner, new long[scores.length], scores.length),
                torch.floats(owner, new float[scores.length], scores.length));
    }

    private float[] gradient(NDArray leaf) {
        return torch.gradient(leaf, owner).map(NDArray::toFloatArray).orElse(new float[0]);
    }

    private NDArray tensor(float[][] values) {
        float[] flat = new float[values.length * values[0].length];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = values[i / values[0].length][i % values[0].length];
        }
        return torch.floats(owner, flat, values.length, values[0].length);
    }

    private DebiasLoss bce() {
        return new BceLoss(torch);
    }

    private DebiasLoss lmh() {
        return new LmhLoss(torch, W, false);
    }

    /** The definition with its pairs written out, in double. */
    private static double definition(float[][] logits, float[][] scores, float[][] bias, float[][] pooled) {
        double total = 0;
        for (int i = 0; i < logits.length; i++) {
            double g = softplus(
                    MIXIN_WEIGHT[0] * (double) pooled[i][0] + MIXIN_WEIGHT[1] * (double) pooled[i][1] + MIXIN_BIAS);
            double smooth = 1 / (1 + Math.exp(-SMOOTH));
            for (int j = 0; j < logits[i].length; j++) {
                double b1 = g * Math.log(bias[i][j] + smooth);
                double b2 = g * Math.log(1 - bias[i][j] + smooth);
                double p1 = b1 - softplus(-logits[i][j]);
                double p2 = b2 - softplus(logits[i][j]);
                double z = logSumExp(p1, p2);
                total -= scores[i][j] * (p1 - z) + (1 - scores[i][j]) * (p2 - z);
                double n = logSumExp(b1, b2);
                double entropy = -Math.exp(b1 - n) * (b1 - n) - Math.exp(b2 - n) * (b2 - n);
                total += W * entropy / logits[i].length;
            }
        }
        return total / logits.length;
    }

    private static double logSumExp(double a, double b) {
        return Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
    }

    private static double softplus(double x) {
        return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    private static float[][] rows(float[][] all, int row) {
        return new float[][] {all[row]};
    }

    private static float[][] zeros(int rows, int columns) {
        return new float[rows][columns];
    }
}
