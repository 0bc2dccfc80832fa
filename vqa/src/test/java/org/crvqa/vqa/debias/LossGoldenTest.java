package org.crvqa.vqa.debias;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.crvqa.task.v1.Loss;
import org.crvqa.task.v1.LossKind;
import org.crvqa.task.v1.UnlabelledPolicy;
import org.crvqa.vqa.TestDevice;
import org.crvqa.vqa.tensor.Torch;
import org.crvqa.vqa.tensor.Torch.GradientMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every loss against autograd in float64 (golden_losses.py): random rows, no label, priors of exactly 0 and 1, ties and
 * huge logits.
 *
 * <p>The absolute part of the tolerance is there because float32 cannot do better: σ(z) − s and 1 − p cancel near 0, with a
 * rounding of 6e-8 in each term. It is taken relative to the largest gradient of the tensor, or to 1 where all are small.
 */
class LossGoldenTest {
    private static final double RELATIVE = 1e-5;
    private static final double ABSOLUTE = 1e-6;

    private final Torch torch = TestDevice.torch();
    private final NDManager owner = torch.newManager();

    @AfterEach
    void close() {
        owner.close();
    }

    static Stream<JsonNode> cases() throws IOException {
        return StreamSupport.stream(golden().get("cases").spliterator(), false);
    }

    @Test
    void cases_all_holdEveryLoss() throws IOException {
        Set<LossKind> kinds = EnumSet.complementOf(EnumSet.of(LossKind.LOSS_KIND_UNSPECIFIED, LossKind.UNRECOGNIZED));
        assertThat(cases().map(c -> kind(c.get("loss")))).containsAll(kinds);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void value_goldenInputs_equalsPyTorch(JsonNode golden) throws IOException {
        JsonNode inputs = golden().get("inputs").get(golden.get("inputs").textValue());
        Map<String, NDArray> leaves = leaves(inputs);
        Map<String, NDArray> mixin = Map.of(
                "mixin.weight", leaf(leaves, "weight"),
                "mixin.bias", leaf(leaves, "mixin_bias"),
                "mixin.smooth", leaf(leaves, "smooth"));
        LossTargets targets = new LossTargets(
                tensor(inputs, "scores", 4, 5),
                tensor(inputs, "bias", 4, 5),
                torch.integers(owner, longs(inputs.get("labels")), 4),
                tensor(inputs, "labelled", 4));
        try (GradientMode on = torch.gradients(true)) {
            NDArray value =
                    loss(golden.get("loss")).value(leaf(leaves, "logits"), leaf(leaves, "pooled"), targets, mixin::get);
            assertClose("value", value.getFloat(), golden.get("value").doubleValue(), 1);
            torch.backward(value);
        }
        leaves.forEach((name, leaf) ->
                assertGradient(name, leaf, golden.get("gradients").get(name)));
    }

    private void assertGradient(String name, NDArray leaf, JsonNode golden) {
        float[] actual = torch.gradient(leaf, owner).map(NDArray::toFloatArray).orElse(new float[0]);
        // A tensor that takes no part may have no gradient at all here and in PyTorch.
        int expected = golden == null ? 0 : golden.size();
        assertThat(actual).as(name).hasSize(expected);
        double scale = 0;
        for (int i = 0; i < expected; i++) {
            scale = Math.max(scale, Math.abs(golden.get(i).doubleValue()));
        }
        for (int i = 0; i < expected; i++) {
            assertClose(name + "[" + i + "]", actual[i], golden.get(i).doubleValue(), Math.max(scale, 0.1));
        }
    }

    private static void assertClose(String name, double actual, double golden, double scale) {
        // Written so that NaN fails.
        assertThat(Math.abs(actual - golden) <= RELATIVE * Math.abs(golden) + ABSOLUTE * scale)
                .as("%s is %s, golden %s", name, actual, golden)
                .isTrue();
    }

    private DebiasLoss loss(JsonNode spec) {
        Loss.Builder loss = Loss.newBuilder().setKind(kind(spec));
        if (spec.has("entropy_weight")) {
            loss.setEntropyWeight(spec.get("entropy_weight").doubleValue());
        }
        if (spec.has("gamma")) {
            loss.setGamma(spec.get("gamma").doubleValue());
        }
        if (spec.has("unlabelled")) {
            loss.setUnlabelled(UnlabelledPolicy.valueOf(
                    "UNLABELLED_POLICY_" + spec.get("unlabelled").textValue()));
        }
        return DebiasLoss.of(torch, loss.build());
    }

    private static LossKind kind(JsonNode spec) {
        return LossKind.valueOf("LOSS_KIND_" + spec.get("kind").textValue());
    }

    private Map<String, NDArray> leaves(JsonNode inputs) {
        Map<String, NDArray> leaves = new HashMap<>();
        leaves.put("logits", torch.leaf(tensor(inputs, "logits", 4, 5), owner));
        leaves.put("pooled", torch.leaf(tensor(inputs, "pooled", 4, 3), owner));
        leaves.put("weight", torch.leaf(tensor(inputs, "weight", 1, 3), owner));
        leaves.put("mixin_bias", torch.leaf(tensor(inputs, "mixin_bias", 1), owner));
        leaves.put("smooth", torch.leaf(tensor(inputs, "smooth", 1), owner));
        return leaves;
    }

    private static NDArray leaf(Map<String, NDArray> leaves, String name) {
        return Objects.requireNonNull(leaves.get(name));
    }

    private NDArray tensor(JsonNode inputs, String name, long... shape) {
        JsonNode list = inputs.get(name);
        float[] values = new float[list.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = list.get(i).floatValue();
        }
        return torch.floats(owner, values, shape);
    }

    private static long[] longs(JsonNode list) {
        long[] values = new long[list.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = list.get(i).longValue();
        }
        return values;
    }

    private static JsonNode golden() throws IOException {
        try (InputStream in = LossGoldenTest.class.getResourceAsStream("losses.json")) {
            return new ObjectMapper().readTree(in);
        }
    }
}
