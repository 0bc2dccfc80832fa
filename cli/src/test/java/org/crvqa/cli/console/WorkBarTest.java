package org.crvqa.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class WorkBarTest {
    private final CapturedConsole captured = new CapturedConsole();
    private long now = 1_000_000;

    @Test
    void update_notATerminal_writesOneLineInTenSeconds() {
        try (WorkBar bar = new WorkBar(captured.console(), () -> Instant.ofEpochMilli(now))) {
            for (int i = 0; i < 25; i++) {
                bar.update("reading features", i, 100);
                now += 1000;
            }
        }
        assertThat(captured.err().lines()).hasSize(3);
    }

    @Test
    void update_quarterDoneAfterTenSeconds_saysThirtySecondsLeft() {
        try (WorkBar bar = new WorkBar(captured.console(), () -> Instant.ofEpochMilli(now))) {
            bar.update("reading features", 0, 100);
            now += 10_000;
            bar.update("reading features", 25, 100);
        }
        assertThat(captured.err()).contains(" 25 %  0:30 left");
    }

    @Test
    void update_totalUnknown_countsOnly() {
        try (WorkBar bar = new WorkBar(captured.console(), () -> Instant.ofEpochMilli(now))) {
            bar.update("reading questions", 7, 0);
        }
        assertThat(captured.err().strip()).isEqualTo("reading questions: 7");
    }
}
