package org.crvqa.vqa.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.task.v1.Loss;
import org.crvqa.task.v1.LossKind;
import org.crvqa.vqa.TestDevice;
import org.crvqa.vqa.debias.DebiasLoss;
import org.crvqa.vqa.device.SelfTest;
import org.crvqa.vqa.mask.SelectionTrial;
import org.crvqa.vqa.tensor.Torch;
import org.junit.jupiter.api.Test;

class DeviceSelfTestTest {
    private static final SelfTest PASSED = torch -> new SelfTest.Result("passed");
    private static final String MATRIX = "lxmert.encoder.x_layers.0.visual_attention.att.value.weight";

    private final Torch torch = TestDevice.torch();

    /** First weights that another device would have made of the right ones. */
    private static final class Changed extends TrialModel {
        private final BiFunction<String, float[], float[]> change;

        Changed(BiFunction<String, float[], float[]> change) {
            this.change = change;
        }

        @Override
        Map<String, float[]> weights(DebiasLoss loss) {
            Map<String, float[]> weights = super.weights(loss);
            weights.replaceAll((name, values) -> change.apply(name, values.clone()));
            return weights;
        }
    }

    @Test
    void run_thisDevice_passes() {
        assertThat(new DeviceSelfTest().run(torch).summary())
                .contains("64 x 64", "6 training steps are within 1.0E-4", "twice to the bit", "bfloat16");
    }

    @Test
    void run_besideAReference_comparesEveryTrainedTensor() {
        SelfTest.Result result = new DeviceSelfTest().run(torch, "gpu:0", "the CPU's", reference());
        assertThat(result.summary()).containsPattern("of the CPU's and so are [4-9]\\d\\d trained tensors");
    }

    @Test
    void reference_besideTheEngine_isAnotherOneOnTheCpu() {
        assertThat(torch.reference()).isNotSameAs(torch).isSameAs(torch.reference());
        assertThat(torch.reference().device().isGpu()).isFalse();
        assertThat(torch.reference().transfer()).isNotSameAs(torch.transfer());
    }

    @Test
    void run_steps_moveWeightsAndMasksAndSettleTheseClearOfRounding() {
        TrialSteps.Found found = TrialSteps.run(torch, new TrialModel());
        TrialModel model = new TrialModel();
        float[] first = model.weights(loss()).get(MATRIX);
        assertThat(found.values().get("dense " + MATRIX + ":values")).isNotEqualTo(first);
        assertThat(found.surplusZeros())
                .hasSizeGreaterThan(30)
                .allSatisfy((name, surplus) -> assertThat(surplus).isZero());
        int changed = 0;
        for (String name : found.surplusZeros().keySet()) {
            float cut = found.values().get("mask " + name + ":cut")[0];
            for (float value : found.values().get("mask " + name + ":mask")) {
                // Whatever rounding does, the same values are zeros everywhere.
                assertThat(value == cut || Math.abs(value - cut) > 1e-6).isTrue();
            }
            changed += found.values().get("mask " + name + ":mask_mean")[0] == 0 ? 0 : 1;
        }
        assertThat(changed).isGreaterThan(20);
    }

    @Test
    void run_oneWeightOffByAThousandth_isRefusedWithTheNumbers() {
        Changed model = new Changed((name, values) -> {
            values[0] += name.equals(MATRIX) ? 1e-3f : 0;
            return values;
        });
        assertRefused(test(steps(model)), "the loss of mask step 2 is [0-9.]+, expected [0-9.]+ to 1.0E-4 of it");
    }

    @Test
    void run_oneTrainedValueOffByAThousandth_isRefusedWithTheNumbers() {
        assertRefused(
                test(changed(found -> {
                    Map<String, float[]> values = new LinkedHashMap<>(found.values());
                    values.computeIfPresent("mask " + MATRIX + ":mask", (name, right) -> {
                        float[] other = right.clone();
                        other[11] += 1e-3f;
                        return other;
                    });
                    return new TrialSteps.Found(found.losses(), values, found.surplusZeros());
                })),
                "element 11 of mask .*:mask is [-0-9.E]+ after step 3, expected [-0-9.E]+ to 1.0E-4");
    }

    @Test
    void run_matricesOffByAHundredth_isRefusedByLossesAlone() {
        Changed model = new Changed((name, values) -> {
            for (int i = 0; i < values.length; i++) {
                values[i] *= name.endsWith("dense.weight") ? 1.01f : 1;
            }
            return values;
        });
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> test(steps(model)).run(torch, "cpu", "recorded", losses(reference())))
                .withMessageMatching(".*the loss of dense step 2 is [0-9.]+, expected [0-9.]+ to 1.0E-4 of it");
    }

    @Test
    void run_maskStepThatIsWrong_namesIt() {
        assertRefused(
                test(changed(found -> {
                    List<Double> losses = new ArrayList<>(found.losses());
                    losses.set(4, losses.get(4) * 1.001);
                    return new TrialSteps.Found(losses, found.values(), found.surplusZeros());
                })),
                "the loss of mask step 2 is [0-9.]+, expected [0-9.]+ to 1.0E-4 of it");
    }

    @Test
    void run_weightsThatBecomeNoNumbers_isRefused() {
        Changed model = new Changed((name, values) -> {
            values[0] = name.equals(MATRIX) ? Float.NaN : values[0];
            return values;
        });
        assertRefused(test(steps(model)), "training steps .* Training diverged: the gradient norm is NaN at step 1");
    }

    @Test
    void run_twoResultsOfTheSameSteps_isRefusedWithBoth() {
        int[] runs = {0};
        assertRefused(
                test(changed(found -> {
                    Map<String, float[]> values = new LinkedHashMap<>(found.values());
                    String name = "dense " + MATRIX + ":mean";
                    float[] other = values.get(name).clone();
                    other[5] = runs[0]++ == 0 ? other[5] : Math.nextUp(other[5]);
                    values.put(name, other);
                    return new TrialSteps.Found(found.losses(), values, found.surplusZeros());
                })),
                "it makes the same steps twice and element 5 of dense .*:mean is first [-0-9.E]+, then [-0-9.E]+");
    }

    @Test
    void run_aZeroTooMany_isRefused() {
        assertRefused(
                test(changed(found -> {
                    Map<String, Integer> surplus = new LinkedHashMap<>(found.surplusZeros());
                    surplus.put(MATRIX, 1);
                    return new TrialSteps.Found(found.losses(), found.values(), surplus);
                })),
                "the mask of .* has 1 more zeros than it should after mask step 3, expected 0 more");
    }

    @Test
    void run_sortThatIsNotStable_isRefused() {
        DeviceSelfTest test = new DeviceSelfTest(PASSED, DeviceSelfTestTest::steps, (engine, values, zeros) -> {
            SelectionTrial right = SelectionTrial.smallest(engine, values, zeros);
            byte[] sorted = right.sorted().clone();
            if (zeros == values.length / 2) {
                sorted[7] = (byte) (1 - sorted[7]);
            }
            return new SelectionTrial(right.counted(), sorted);
        });
        assertRefused(test, "whether a value stays when the 150 smallest of 300 are dropped: at 7 its sort says \\d.*");
    }

    @Test
    void run_deviceThatFailsTheArithmetic_isRefused() {
        SelfTest broken = engine -> {
            throw SelfTest.refusal("gpu:0", "element 3 of a product of whole numbers is 1.0, expected 2.0");
        };
        assertRefused(
                new DeviceSelfTest(broken, DeviceSelfTestTest::steps, SelectionTrial::smallest),
                "element 3 of a product of whole numbers is 1.0, expected 2.0");
    }

    @Test
    void bfloat16_productsWithAndWithoutItsRounding_areToldFromWrongOnes() {
        assertThat(Bfloat16Trial.run(torch)).isEmpty();
        float[] x = new float[8 * 48];
        float[] weight = new float[16 * 48];
        x[0] = 3;
        weight[0] = 1.001f;
        float[] found = new float[8 * 16];
        found[0] = 3;
        assertThat(Bfloat16Trial.compare(found, x, weight, new float[16])).isEqualTo(Optional.empty());
        found[0] = 2.97f;
        assertThat(Bfloat16Trial.compare(found, x, weight, new float[16]))
                .hasValueSatisfying(what -> assertThat(what)
                        .matches("element 0 of a product in bfloat16 is 2.97, expected 3.0\\d+ to 0.0\\d+"));
        found[0] = 3;
        found[9] = Float.NaN;
        assertThat(Bfloat16Trial.compare(found, x, weight, new float[16])).isPresent();
    }

    private void assertRefused(DeviceSelfTest test, String what) {
        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> test.run(torch, "gpu:0", "the CPU's", reference()))
                .withMessageMatching("The device gpu:0 computes something else than it should: " + what)
                .satisfies(e -> assertThat(e.advice()).contains("TF32", "CRVQA_DEVICE=cpu"));
    }

    private static DeviceSelfTest test(DeviceSelfTest.Trial trial) {
        return new DeviceSelfTest(PASSED, trial, SelectionTrial::smallest);
    }

    private static DeviceSelfTest.Trial steps(TrialModel model) {
        return engine -> TrialSteps.run(engine, model);
    }

    private static TrialSteps.Found steps(Torch engine) {
        return TrialSteps.run(engine, new TrialModel());
    }

    private static DeviceSelfTest.Trial changed(UnaryOperator<TrialSteps.Found> change) {
        return engine -> change.apply(steps(engine));
    }

    private TrialSteps.Found reference() {
        return steps(torch.reference());
    }

    private static TrialSteps.Found losses(TrialSteps.Found found) {
        return new TrialSteps.Found(found.losses(), Map.of(), Map.of());
    }

    private DebiasLoss loss() {
        return DebiasLoss.of(
                torch, Loss.newBuilder().setKind(LossKind.LOSS_KIND_LMH).build());
    }
}
