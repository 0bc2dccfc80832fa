package org.crvqa.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code crvqa help local up} for {@code crvqa local up --help}. */
@Command(
        name = "help",
        description = "Show the help of a command.",
        helpCommand = true,
        footer = {"", "Examples:", "  crvqa help", "  crvqa help submit", "  crvqa help local up"})
final class HelpForCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "Which; without one: of all.")
    private List<String> path = new ArrayList<>();

    @Override
    public void run() {
        CommandLine command = spec.parent().commandLine();
        for (String word : path) {
            CommandLine next = command.getSubcommands().get(word);
            if (next == null) {
                throw new ParameterException(
                        command,
                        "There is no command '" + command.getCommandSpec().qualifiedName() + " " + word + "'",
                        null,
                        word);
            }
            command = next;
        }
        command.usage(spec.commandLine().getOut());
    }
}
