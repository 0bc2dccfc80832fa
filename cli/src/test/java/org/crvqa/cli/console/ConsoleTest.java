package org.crvqa.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class ConsoleTest {
    @Test
    void resultColumns_resultsGoToATerminal_areItsColumnsEvenWithoutColours() {
        assertThat(console("true", "true", Map.of()).resultColumns()).isEqualTo(132);
        assertThat(console("true", "false", Map.of("NO_COLOR", "1")).resultColumns())
                .isEqualTo(132);
        assertThat(console("true", "true", Map.of("TERM", "dumb")).resultColumns())
                .isEqualTo(132);
    }

    @Test
    void resultColumns_resultsGoIntoAFile_areTheSameWhateverTheTerminalBesideIsLike() {
        assertThat(console("false", "true", Map.of()).resultColumns()).isEqualTo(100);
    }

    private static Console console(String out, String err, Map<String, String> environment) {
        Properties properties = new Properties();
        properties.setProperty("crvqa.terminal.out", out);
        properties.setProperty("crvqa.terminal.err", err);
        properties.setProperty("crvqa.terminal.size", "40 132");
        return Console.ofProcess(environment, properties);
    }
}
