package org.crvqa.study.predictions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against numpy's numbers, by {@code study/src/test/python/calibration.py}. */
class CalibrationTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 4, 8, 15})
    void of_manyQuestions_isNumpys(int bins) throws IOException {
        try (InputStreamReader file =
                new InputStreamReader(getClass().getResourceAsStream("calibration.json"), StandardCharsets.UTF_8)) {
            JsonObject golden = JsonParser.parseReader(file).getAsJsonObject();
            Calibration found = Calibration.of(
                    numbers(golden.getAsJsonArray("confidences")), numbers(golden.getAsJsonArray("accuracies")), bins);
            JsonObject expected = golden.getAsJsonObject("bins").getAsJsonObject(Integer.toString(bins));
            assertThat(found.error()).isCloseTo(expected.get("error").getAsDouble(), within(1e-12));
            assertThat(found.bins()).hasSize(bins);
            for (int i = 0; i < bins; i++) {
                JsonArray row = expected.getAsJsonArray("rows").get(i).getAsJsonArray();
                Calibration.Bin bin = found.bins().get(i);
                assertThat(bin.questions()).isEqualTo(row.get(0).getAsInt());
                assertThat(bin.confidence()).isCloseTo(row.get(1).getAsDouble(), within(1e-12));
                assertThat(bin.accuracy()).isCloseTo(row.get(2).getAsDouble(), within(1e-12));
                assertThat(bin.high()).isEqualTo((i + 1.0) / bins);
            }
        }
    }

    @Test
    void of_endsOfBins_belongToTheBinBelow() {
        // 7 * (1 / 7.0) and such are not whole numbers for all of these.
        for (int bins = 1; bins <= 60; bins++) {
            for (int end = 1; end <= bins; end++) {
                double at = end / (double) bins;
                int bin = end - 1;
                assertThat(Calibration.of(new double[] {at}, new double[] {1}, bins)
                                .bins()
                                .get(bin)
                                .questions())
                        .as("%d/%d", end, bins)
                        .isOne();
            }
        }
        assertThat(Calibration.of(new double[] {0}, new double[] {0}, 15)
                        .bins()
                        .get(0)
                        .questions())
                .isOne();
    }

    @Test
    void of_noQuestion_hasNoError() {
        Calibration none = Calibration.of(new double[0], new double[0], Calibration.BINS);
        assertThat(none.error()).isZero();
        assertThat(none.accuracy()).isZero();
        assertThat(none.bins()).hasSize(15);
    }

    @Test
    void of_whatAreNoShares_isRefused() {
        for (double wrong : new double[] {Double.NaN, -0.1, 1.1}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Calibration.of(new double[] {wrong}, new double[] {1}, 15));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Calibration.of(new double[] {1}, new double[] {wrong}, 15));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> Calibration.of(new double[2], new double[1], 15));
    }

    private static double[] numbers(JsonArray list) {
        return StreamSupport.stream(list.spliterator(), false)
                .mapToDouble(JsonElement::getAsDouble)
                .toArray();
    }
}
