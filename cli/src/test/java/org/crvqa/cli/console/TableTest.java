package org.crvqa.cli.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void lines_mixedWidths_alignTextLeftAndNumbersRight() {
        Table table =
                Table.of(List.of("Name", ">Score")).row(List.of("bce", "45.8")).row(List.of("lmh-lmh 0.7", "156.2"));

        assertThat(table.lines(false))
                .containsExactly("Name         Score", "bce           45.8", "lmh-lmh 0.7  156.2");
    }

    @Test
    void lines_colouredCell_doesNotChangeWidths() {
        Table table = Table.of(List.of("State", ">N")).row(List.of(Style.GOOD.apply("done", true), "1"));

        assertThat(Style.width(table.lines(false).get(1))).isEqualTo("State  N".length());
    }

    @Test
    void row_wrongNumberOfCells_isRefused() {
        assertThatThrownBy(() -> Table.of(List.of("A")).row(List.of("1", "2")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
