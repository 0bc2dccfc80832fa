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

    @Test
    void update_phasesThatEndWithinTenSeconds_eachEndsAt100() {
        try (WorkBar bar = new WorkBar(captured.console(), () -> Instant.ofEpochMilli(now))) {
            bar.update("reading", 1, 100);
            bar.update("reading", 100, 100);
            bar.update("writing", 0, 10);
            bar.update("writing", 10, 10);
        }
        assertThat(captured.err().lines().map(line -> line.replaceAll(" +", " ")))
                .containsExactly("reading 1 %", "reading 100 %", "writing 0 %", "writing 100 %");
    }

    @Test
    void update_workTriedAgain_neverGoesBack() {
        try (WorkBar bar = new WorkBar(captured.console(), () -> Instant.ofEpochMilli(now))) {
            for (int done : new int[] {10, 80, 20, 90}) {
                bar.update("training", done, 100);
                now += 10_000;
            }
        }
        assertThat(captured.err().lines().map(line -> line.replaceAll(".* (\\d+) %.*", "$1")))
                .containsExactly("10", "80", "80", "90");
    }

    @Test
    void update_narrowTerminal_percentAndTimeLeftStay() {
        try (WorkBar bar = new WorkBar(captured.console(true, 60), () -> Instant.ofEpochMilli(now))) {
            bar.update("Importing: features of the training split", 0, 100);
            now += 10_000;
            bar.update("Importing: features of the training split", 25, 100);
        }
        assertThat(captured.err()).contains(" 25 %  0:30 left\n");
    }
}
