package org.crvqa.cli.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScaleTest {
    @ParameterizedTest
    @CsvSource({
        "0, 1, 0 0.2 0.4 0.6 0.8 1",
        "1, 1000, 0 200 400 600 800 1000",
        "0.438, 0.79, 0.4 0.5 0.6 0.7 0.8",
        "-3, 7, -4 -2 0 2 4 6 8",
        "0, 0.0001, 0 0.00002 0.00004 0.00006 0.00008 0.0001",
    })
    void over_aRange_hasRoundTicksAroundIt(double low, double high, String ticks) {
        Scale scale = Scale.over(DoubleStream.of(low, high));
        assertThat(scale.ticks())
                .containsExactlyElementsOf(
                        List.of(ticks.split(" ")).stream().map(Double::valueOf).toList());
        assertThat(scale.place(scale.ticks().get(0))).isZero();
        assertThat(scale.place(low)).isBetween(0.0, scale.place(high));
        assertThat(scale.place(high)).isLessThanOrEqualTo(1.0);
    }

    @Test
    void over_oneValue_putsItInTheMiddle() {
        assertThat(Scale.over(DoubleStream.of(7.3, 7.3)).place(7.3)).isBetween(0.2, 0.8);
        assertThat(Scale.over(DoubleStream.of(0)).place(0)).isBetween(0.2, 0.8);
    }

    @Test
    void over_nothingOrWhatIsNoNumber_isAnAxisAllTheSame() {
        assertThat(Scale.over(DoubleStream.empty()).ticks()).hasSizeGreaterThan(1);
        assertThat(Scale.over(DoubleStream.of(Double.NaN, Double.POSITIVE_INFINITY, 2, 4))
                        .ticks())
                .startsWith(2.0)
                .endsWith(4.0);
    }

    @Test
    void text_ofTicks_tellsThemApart() {
        Scale scale = Scale.over(DoubleStream.of(0, 0.3));
        assertThat(scale.ticks().stream().map(scale::text))
                .doesNotHaveDuplicates()
                .contains("0.0", "0.1");
        assertThat(Scale.over(DoubleStream.of(0, 100_000)).text(100_000)).isEqualTo("100,000");
    }
}
