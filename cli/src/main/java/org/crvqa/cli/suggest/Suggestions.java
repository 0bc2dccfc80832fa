package org.crvqa.cli.suggest;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Looks for commands and options that a person may have meant: first by what they do, then by their letters. */
public final class Suggestions {
    private static final int MOST = 3;
    private static final int INDENT = 2;

    private Suggestions() {}

    /**
     * Commands, a line each with what it does.
     *
     * @param within the command below which there is none of that name
     * @param word what was typed
     */
    public static List<String> commands(CommandSpec within, String word) {
        CommandSpec top = within.root();
        String typed = (within == top ? "" : path(within) + " ") + word;
        List<String> meant = Meanings.ofCommand(typed);
        Set<CommandSpec> found = new LinkedHashSet<>();
        visible(within)
                .filter(command -> Closeness.isSlip(word, command.name()))
                .sorted(Comparator.comparing(command -> Closeness.distance(word, command.name())))
                .forEach(found::add);
        if (found.isEmpty()) {
            (meant.isEmpty() ? Meanings.ofCommand(word) : meant)
                    .forEach(path -> find(top, path).ifPresent(found::add));
        }
        if (found.isEmpty() && within != top) {
            visible(top).filter(command -> command.name().equals(word)).forEach(found::add);
        }
        List<CommandSpec> shown = found.stream().limit(MOST).toList();
        int width = shown.stream()
                .mapToInt(command -> command.qualifiedName().length())
                .max()
                .orElse(0);
        return shown.stream()
                .map(command -> " ".repeat(INDENT)
                        + command.qualifiedName()
                        + " ".repeat(width - command.qualifiedName().length() + INDENT)
                        + description(command))
                .toList();
    }

    /** The one of some names that is likeliest meant, where one is close enough; upper and lower case are alike. */
    public static Optional<String> nearest(String typed, Collection<String> names) {
        String word = typed.toLowerCase(Locale.ROOT);
        return names.stream()
                .filter(name -> Closeness.isSlip(word, name.toLowerCase(Locale.ROOT)))
                .min(Comparator.comparing(name -> Closeness.distance(word, name.toLowerCase(Locale.ROOT))));
    }

    /** Options of a command in place of one that it does not have, in the order of likeliness. */
    public static List<String> options(CommandSpec command, String typed) {
        String name = typed.contains("=") ? typed.substring(0, typed.indexOf('=')) : typed;
        Set<String> found = new LinkedHashSet<>();
        for (String meant : Meanings.ofOption(name)) {
            String first = meant.split(" ")[0];
            OptionSpec option = command.findOption(first);
            if (option != null && !option.hidden()) {
                found.add(meant);
            }
        }
        List<String> names = new ArrayList<>();
        command.options().stream()
                .filter(option -> !option.hidden())
                .forEach(option -> names.addAll(List.of(option.names())));
        names.stream()
                .filter(option -> option.length() > 2 && Closeness.isSlip(bare(name), bare(option)))
                .sorted(Comparator.comparing(option -> Closeness.distance(name, option)))
                .forEach(found::add);
        return found.stream().limit(MOST).toList();
    }

    private static String bare(String option) {
        return option.replaceFirst("^-+", "");
    }

    private static Stream<CommandSpec> visible(CommandSpec command) {
        return command.subcommands().values().stream()
                .map(CommandLine::getCommandSpec)
                .filter(spec -> !spec.usageMessage().hidden());
    }

    private static Optional<CommandSpec> find(CommandSpec top, String path) {
        CommandSpec command = top;
        for (String name : path.split(" ")) {
            CommandLine next = command.subcommands().get(name);
            if (next == null) {
                return Optional.empty();
            }
            command = next.getCommandSpec();
        }
        return Optional.of(command);
    }

    /** "local up" of "crvqa local up". */
    private static String path(CommandSpec command) {
        String name = command.qualifiedName();
        return name.substring(name.indexOf(' ') + 1);
    }

    private static String description(CommandSpec command) {
        String[] lines = command.usageMessage().description();
        String text = lines.length == 0 ? "" : lines[0];
        int end = text.indexOf(". ");
        return (end < 0 ? text : text.substring(0, end + 1)).replaceFirst("[:,;]$", "");
    }
}
