package org.crvqa.cli;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
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
    /** For shells that complete them: those of the first word. */
    static final class Commands implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Stream.of(Crvqa.class.getAnnotation(Command.class).subcommands())
                    .map(type -> type.getAnnotation(Command.class))
                    .filter(command -> !command.hidden())
                    .map(Command::name)
                    .iterator();
        }
    }

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(
            paramLabel = "COMMAND",
            arity = "0..*",
            completionCandidates = Commands.class,
            description = "Which; without one: of all.")
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
