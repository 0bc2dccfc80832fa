package org.crvqa.cli.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ShareBarsTest {
    @Test
    void draw_shares_areLabelledAndTheRestIsOther() throws Exception {
        List<String> texts = HeatMapTest.texts(
                HeatMapTest.parse(bars(new ShareBars.Row("train", "n = 9", List.of(0.5, 0.3), OptionalDouble.of(0.4)))
                        .draw()));

        assertThat(texts).contains("how many", "1", "2", "other", "train", "n = 9", "50 %", "30 %", "20 %", "40 %");
    }

    @Test
    void draw_sharesThatAddUp_haveNoOther() throws Exception {
        assertThat(HeatMapTest.texts(HeatMapTest.parse(
                        bars(new ShareBars.Row("train", "", List.of(0.7, 0.3), OptionalDouble.empty()))
                                .draw())))
                .doesNotContain("other");
    }

    @Test
    void draw_noShares_saysSo() throws Exception {
        assertThat(HeatMapTest.texts(
                        HeatMapTest.parse(bars(new ShareBars.Row("val", "n = 0", List.of(), OptionalDouble.empty()))
                                .draw())))
                .contains("no labels");
    }

    @Test
    void group_moreKindsThanColours_isRefused() {
        List<String> kinds = Collections.nCopies(ShareBars.mostKinds() + 1, "k");

        assertThatThrownBy(() -> new ShareBars.Group("g", kinds, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static ShareBars bars(ShareBars.Row row) {
        return new ShareBars(
                "t",
                "s",
                "share",
                "measure",
                List.of(new ShareBars.Group("how many", List.of("1", "2"), List.of(row))));
    }
}
