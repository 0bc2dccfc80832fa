package org.crvqa.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({
        "-3, 0 s, 0:00",
        "59, 59 s, 0:59",
        "60, 1 min, 1:00",
        "185, 3 min 5 s, 3:05",
        "3600, 1 h, 1:00:00",
        "7800, 2 h 10 min, 2:10:00"
    })
    void wordsAndClock_seconds_readWell(long seconds, String words, String clock) {
        assertThat(Durations.words(Duration.ofSeconds(seconds))).isEqualTo(words);
        assertThat(Durations.clock(Duration.ofSeconds(seconds))).isEqualTo(clock);
    }
}
