package org.crvqa.it;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.crvqa.cli.console.Console;
import org.crvqa.cli.console.TerminalSize;

/** What the build packaged, and where tests may look. */
public final class Installation {
    private Installation() {}

    /** The checkout, whose target folders hold the packaged services. */
    public static Path home() {
        return Path.of(System.getProperty("crvqa.home", "..")).toAbsolutePath().normalize();
    }

    /** The project's material beside the checkout; absent in a plain clone. */
    public static Path shared() {
        return home().resolveSibling("shared");
    }

    public static boolean hasShared() {
        return Files.isDirectory(shared().resolve("data"));
    }

    /** Plain lines into the test's output. */
    public static Console console() {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        return new Console(out, out, false, false, false, false, TerminalSize.fixed(120, 50));
    }

    public static void log(String line) {
        System.out.println(Instant.now() + " " + line);
    }
}
