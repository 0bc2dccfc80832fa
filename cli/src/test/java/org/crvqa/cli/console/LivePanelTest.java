package org.crvqa.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class LivePanelTest {
    private final CapturedConsole captured = new CapturedConsole();

    @Test
    void show_twice_erasesTheFirstLines() {
        try (LivePanel panel = new LivePanel(captured.console(true, 80))) {
            panel.show(List.of("one", "two"));
            String before = captured.err();
            panel.show(List.of("three"));

            String redraw = captured.err().substring(before.length());
            assertThat(redraw.split("\u001b\\[1A", -1)).hasSize(3);
            assertThat(redraw).endsWith("three\n");
        }
    }

    @Test
    void message_whilePanelIsShown_standsAboveIt() {
        try (LivePanel panel = new LivePanel(captured.console(true, 80))) {
            panel.show(List.of("panel"));
            panel.message("event");

            assertThat(captured.err()).endsWith("event\npanel\n");
        }
    }

    @Test
    void show_lineWiderThanTerminal_isCut() {
        try (LivePanel panel = new LivePanel(captured.console(true, 40))) {
            panel.show(List.of("x".repeat(100)));

            assertThat(captured.err()).endsWith("x".repeat(38) + "…\n");
        }
    }

    @Test
    void show_notATerminal_writesNothing() {
        try (LivePanel panel = new LivePanel(captured.console())) {
            panel.show(List.of("bar"));
            panel.message("event");
        }
        assertThat(captured.err()).isEqualTo("event" + System.lineSeparator());
    }

    @Test
    void close_shownPanel_erasesItAndShowsTheCursor() {
        LivePanel panel = new LivePanel(captured.console(true, 80));
        panel.show(List.of("bar"));
        panel.close();

        assertThat(captured.err()).endsWith("\u001b[1A\u001b[2K\u001b[?25h");
    }

    @Test
    void look_terminalMadeNarrower_isDrawnAgainInItsNewWidth() {
        AtomicReference<Optional<TerminalSize.Cells>> size = new AtomicReference<>(Optional.empty());
        TerminalSize terminal = TerminalSize.asked("24 100", size::get);
        try (LivePanel panel = new LivePanel(captured.console(true, terminal))) {
            panel.show(columns -> List.of("x".repeat(columns)));
            assertThat(captured.err()).endsWith("x".repeat(99) + "\n");
            String before = captured.err();

            size.set(Optional.of(new TerminalSize.Cells(60, 24)));
            terminal.look();

            String redraw = captured.err().substring(before.length());
            assertThat(redraw).endsWith("\u001b[2K" + "x".repeat(59) + "\n");
            // The line of 99 characters takes two of 60 by now.
            assertThat(redraw.split("\u001b\\[1A", -1)).hasSize(3);
        }
        String closed = captured.err();
        size.set(Optional.of(new TerminalSize.Cells(80, 24)));
        terminal.look();
        assertThat(captured.err()).isEqualTo(closed);
    }

    @Test
    void show_moreLinesThanTheTerminalHas_theLastAreLeftOut() {
        try (LivePanel panel = new LivePanel(captured.console(true, TerminalSize.fixed(80, 10)))) {
            panel.show(Collections.nCopies(30, "line"));

            assertThat(captured.err().lines().filter(line -> line.endsWith("line")))
                    .hasSize(9);
        }
    }

    @Test
    void ofStty_whatItPrints_isReadAndNothingElse() {
        assertThat(TerminalSize.Cells.ofStty("40 132\n")).contains(new TerminalSize.Cells(132, 40));
        assertThat(TerminalSize.Cells.ofStty("0 0")).isEmpty();
        assertThat(TerminalSize.Cells.ofStty("stty: no terminal")).isEmpty();
    }
}
