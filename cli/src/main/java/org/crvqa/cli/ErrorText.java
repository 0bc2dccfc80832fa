package org.crvqa.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import org.crvqa.cli.console.Console;
import org.crvqa.cli.console.Sentences;
import org.crvqa.cli.console.Style;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/**
 * A failure as it is printed: lines for people, or one line of JSON for programs where {@code --output json} was asked for, by
 * option, variable or file of defaults.
 */
final class ErrorText {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String OUTPUT = "--output";

    private ErrorText() {}

    /** Prints it where messages go; {@code hints} are lines of advice. */
    static void print(Console console, boolean json, Failure failure, List<String> hints) {
        if (json) {
            ObjectNode top = JSON.createObjectNode();
            top.putObject("error")
                    .put("message", failure.message())
                    .put("hint", String.join("\n", hints))
                    .put("exit_code", failure.exitCode());
            // Jackson prints it in one line, which is the last that is said.
            console.say(top.toString());
            return;
        }
        console.say(Style.BAD.apply("crvqa:", console.errColor()) + " " + Sentences.ended(failure.message()));
        hints.forEach(console::say);
    }

    /**
     * Whether the arguments ask for JSON; where they do not say, whether {@code byDefault} is JSON and the command prints such
     * a thing. Not asked of picocli, which has no values when it does not understand the arguments.
     */
    static boolean json(@Nullable CommandSpec command, List<String> arguments, @Nullable String byDefault) {
        String said = said(arguments);
        if (said == null && command != null && command.findOption(OUTPUT) != null) {
            said = byDefault;
        }
        return said != null && said.toLowerCase(Locale.ROOT).equals("json");
    }

    /** The value of the last {@code --output}; null when there is none. */
    private static @Nullable String said(List<String> arguments) {
        String said = null;
        for (int i = 0; i < arguments.size() && !arguments.get(i).equals("--"); i++) {
            String argument = arguments.get(i);
            boolean alone = argument.equals(OUTPUT) || argument.equals("-o");
            if (alone && i + 1 < arguments.size()) {
                said = arguments.get(++i);
            } else if (argument.startsWith(OUTPUT + "=")) {
                said = argument.substring(OUTPUT.length() + 1);
            } else if (argument.startsWith("-o") && !alone) {
                said = argument.substring(argument.startsWith("-o=") ? 3 : 2);
            }
        }
        return said;
    }
}
