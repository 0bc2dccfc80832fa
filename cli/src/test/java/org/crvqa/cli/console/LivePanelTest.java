package org.crvqa.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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
}
