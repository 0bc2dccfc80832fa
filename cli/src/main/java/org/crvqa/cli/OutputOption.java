package org.crvqa.cli;

import com.google.protobuf.Message;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.crvqa.cli.console.Console;
import org.crvqa.cli.experiment.Json;
import picocli.CommandLine.Option;

/** The form in which a command prints its result. */
final class OutputOption {
    /** For people or for programs. */
    enum Form {
        TABLE,
        JSON;

        /** As people write it, and shells complete it. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "table|json",
            defaultValue = "table",
            description = "Form of the result: table (default) or json.")
    private Form form = Form.TABLE;

    boolean json() {
        return form == Form.JSON;
    }

    /** Prints the message as JSON or the lines. */
    void print(Console console, Message message, Supplier<List<String>> lines) {
        if (json()) {
            console.print(Json.of(message));
        } else {
            lines.get().forEach(console::print);
        }
    }
}
