package org.crvqa.cli.chart;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaletteTest {
    @Test
    void scale_endsMiddleAndBeyond_areViridisReversed() {
        assertThat(Palette.scale(0)).isEqualTo("#fde725").isEqualTo(Palette.scale(-3));
        assertThat(Palette.scale(0.5)).isEqualTo("#21918c");
        assertThat(Palette.scale(1)).isEqualTo("#440154").isEqualTo(Palette.scale(7));
    }

    @Test
    void textOn_lightAndDark_contrasts() {
        assertThat(Palette.textOn("#ffffff")).isEqualTo(Palette.INK);
        assertThat(Palette.textOn("#fde725")).isEqualTo(Palette.INK);
        assertThat(Palette.textOn("#440154")).isEqualTo(Palette.WHITE);
    }

    @Test
    void cut_tooLong_endsInAnEllipsisAndFits() {
        String cut = Lettering.cut("a very long label", 10, 60);

        assertThat(cut).startsWith("a very").endsWith("…");
        assertThat(Lettering.width(cut, 10)).isLessThanOrEqualTo(60);
        assertThat(Lettering.cut("short", 10, 60)).isEqualTo("short");
        assertThat(Lettering.cut("short", 10, 1)).isEmpty();
    }
}
