package org.crvqa.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class StyleTest {
    @Test
    void cut_colouredText_countsOnlyVisibleCharacters() {
        String cut = Style.cut(Style.BAD.apply("abcdef", true) + "ghi", 5);

        assertThat(Style.width(cut)).isEqualTo(5);
        assertThat(cut).startsWith("\u001b[31mabcd").endsWith("\u001b[0m");
    }

    @Test
    void ofProcess_noColorSet_allowsNoColour() {
        Properties terminal = new Properties();
        terminal.setProperty("crvqa.terminal.out", "true");
        terminal.setProperty("crvqa.terminal.err", "true");

        Console plain = Console.ofProcess(Map.of("NO_COLOR", "1"), terminal);
        Console coloured = Console.ofProcess(Map.of(), terminal);
        Console dumb = Console.ofProcess(Map.of("TERM", "dumb"), terminal);

        assertThat(plain.outColor() || plain.errColor()).isFalse();
        assertThat(plain.live()).isTrue();
        assertThat(coloured.outColor() && coloured.errColor()).isTrue();
        assertThat(dumb.live() || dumb.outColor()).isFalse();
    }
}
