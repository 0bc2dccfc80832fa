package org.crvqa.cli.console;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import sun.misc.Signal;

/** Hears that the terminal was resized, or that the process is back from the background, and asks for the size. */
final class ResizeSignals {
    private static final File TERMINAL = new File("/dev/tty");
    private static final long PATIENCE_SECONDS = 2;

    private ResizeSignals() {}

    /** Calls {@code changed} after each signal, in a thread of its own, for the rest of the process's life. */
    static void hear(Runnable changed) {
        for (String name : new String[] {"WINCH", "CONT"}) {
            try {
                Signal.handle(new Signal(name), signal -> changed.run());
            } catch (IllegalArgumentException e) {
                // A system without it, or a virtual machine that keeps it for itself: the size stays as it was.
                return;
            }
        }
    }

    /** What stty says; empty when there is no such program or no terminal. */
    static Optional<TerminalSize.Cells> size() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(TERMINAL)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!stty.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                stty.destroyForcibly();
                return Optional.empty();
            }
            return TerminalSize.Cells.ofStty(new String(stty.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
