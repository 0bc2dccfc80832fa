package org.crvqa.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RatesTest {
    @ParameterizedTest
    @CsvSource({
        "1234.5, 1235/s",
        "10, 10/s",
        "9.97, 10/s",
        "4.23, 4.2/s",
        "0.32, 0.3/s",
        "0.1, 0.1/s",
        "0.04, 25 s each",
        "0.008, 2 min 5 s each"
    })
    void perSecond_anyPositiveRate_isNeverZero(double rate, String words) {
        assertThat(Rates.perSecond(rate)).isEqualTo(words);
    }

    @ParameterizedTest
    @CsvSource({"1000, 1.0 s/step", "2540, 2.5 s/step", "25000, 25 s/step", "125000, 2 min 5 s/step"})
    void perStep_slowSteps_saysHowLongOneTakes(long millis, String words) {
        assertThat(Rates.perStep(Duration.ofMillis(millis))).isEqualTo(words);
    }

    @Test
    void number_small_keepsADigitThatSaysSomething() {
        assertThat(Rates.number(0.004)).isEqualTo("0.004");
    }
}
