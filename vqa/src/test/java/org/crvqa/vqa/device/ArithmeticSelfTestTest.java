package org.crvqa.vqa.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.vqa.TestDevice;
import org.crvqa.vqa.tensor.Libtorch;
import org.junit.jupiter.api.Test;

class ArithmeticSelfTestTest {
    @Test
    void run_realEngine_passes() {
        SelfTest.Result result = new ArithmeticSelfTest().run(TestDevice.torch());

        assertThat(result.summary()).contains("64 x 64", TestDevice.NAME, "4096 elements");
    }

    /** TF32 keeps 10 bits behind the leading one of each factor. */
    @Test
    void run_deviceThatRoundsFactorsToTf32_isRefusedWithTheNumbers() {
        ArithmeticSelfTest test = new ArithmeticSelfTest(
                (device, left, right, rows) -> Libtorch.product("cpu", rounded(left, 13), rounded(right, 13), rows));

        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> test.run("gpu:0"))
                .withMessageContaining("gpu:0 computes something else")
                .withMessageMatching(".*element \\d+ of a product of whole numbers is [-0-9.]+, expected [-0-9.]+")
                .satisfies(e -> assertThat(e.advice()).contains("TF32"));
    }

    @Test
    void run_deviceWithTwoResults_isRefused() {
        int[] calls = {0};
        ArithmeticSelfTest test = new ArithmeticSelfTest((device, left, right, rows) -> {
            float[] product = Libtorch.product("cpu", left, right, rows);
            product[5] += calls[0]++;
            return product;
        });

        assertThatExceptionOfType(InvalidInputException.class)
                .isThrownBy(() -> test.run("gpu:0"))
                .withMessageContaining("two results");
    }

    private static float[] rounded(float[] values, int droppedBits) {
        float[] rounded = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            int bits = Float.floatToRawIntBits(values[i]) + (1 << (droppedBits - 1));
            rounded[i] = Float.intBitsToFloat(bits & -(1 << droppedBits));
        }
        return rounded;
    }
}
