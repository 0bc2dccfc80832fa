package org.crvqa.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BarTest {
    @ParameterizedTest
    @CsvSource({"0, '[          ]'", "0.1, '[>         ]'", "0.5, '[====>     ]'", "1, [==========]", "7, [==========]"
    })
    void of_fraction_fillsThatShare(double fraction, String expected) {
        assertThat(Bar.of(fraction, 12)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"0, '  0 %'", "0.29, ' 29 %'", "0.999, ' 99 %'", "1, 100 %"})
    void percent_fraction_isRoundedDown(double fraction, String expected) {
        assertThat(Bar.percent(fraction)).isEqualTo(expected);
    }
}
