package org.crvqa.cli;

import java.util.ArrayList;
import java.util.List;
import org.crvqa.cli.suggest.Suggestions;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * A command line that cannot be understood, for a person.
 *
 * @param message what is wrong
 * @param advice what may have been meant, and where the help is
 */
record UsageError(String message, List<String> advice) {
    UsageError {
        advice = List.copyOf(advice);
    }

    static UsageError of(ParameterException e) {
        CommandSpec command = e.getCommandLine().getCommandSpec();
        String name = command.qualifiedName();
        if (e instanceof UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            String first = unmatched.getUnmatched().get(0);
            if (unmatched.isUnknownOption()) {
                return option(command, first);
            }
            if (!command.subcommands().isEmpty()
                    && command.positionalParameters().isEmpty()) {
                return command(command, first);
            }
            return new UsageError(
                    "'" + first + "' is more than '" + name + "' takes", List.of("Try '" + name + " --help'."));
        }
        String word = e.getArgSpec() == null ? e.getValue() : null;
        if (word != null && !command.subcommands().isEmpty()) {
            return command(command, word);
        }
        return new UsageError(e.getMessage(), List.of("Try '" + name + " --help'."));
    }

    private static UsageError command(CommandSpec command, String word) {
        List<String> meant = Suggestions.commands(command, word);
        List<String> advice = new ArrayList<>();
        if (!meant.isEmpty()) {
            advice.add(meant.size() == 1 ? "Did you mean this?" : "Did you mean one of these?");
            advice.addAll(meant);
        }
        advice.add("All commands: '" + command.qualifiedName() + " --help'.");
        return new UsageError("There is no command '" + command.qualifiedName() + " " + word + "'", advice);
    }

    private static UsageError option(CommandSpec command, String word) {
        String name = command.qualifiedName();
        List<String> advice = new ArrayList<>();
        if (word.matches("-(X|D|XX:).+")) {
            advice.add("Options of the Java virtual machine go into the environment: CRVQA_JAVA_OPTS='" + word + "' "
                    + name + " ...");
        } else {
            List<String> meant = Suggestions.options(command, word);
            if (!meant.isEmpty()) {
                advice.add("Did you mean " + String.join(" or ", meant) + "?");
            }
        }
        advice.add("Try '" + name + " --help'.");
        return new UsageError("'" + name + "' has no option " + word, advice);
    }
}
