package org.crvqa.cli;

import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.cli.config.Configuration;
import org.crvqa.cli.console.Sentences;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** The command line. */
@Command(
        name = "crvqa",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Crvqa.Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Compress and debias vision-language models for visual question answering.",
        footerHeading = "",
        exitCodeOnInvalidInput = ExitCode.BAD_INPUT,
        exitCodeOnExecutionException = ExitCode.FAILED,
        subcommands = {
            DemoCommand.class,
            LocalCommand.class,
            DataCommand.class,
            ModelCommand.class,
            PlanCommand.class,
            SparsityCommand.class,
            SubmitCommand.class,
            WatchCommand.class,
            StatusCommand.class,
            TasksCommand.class,
            AttemptsCommand.class,
            LogsCommand.class,
            EventsCommand.class,
            ReportCommand.class,
            HistoryCommand.class,
            PredictionsCommand.class,
            UpdateCommand.class,
            PauseCommand.class,
            ResumeCommand.class,
            CancelCommand.class,
            RetryCommand.class,
            WasteCommand.class,
            ListCommand.class,
            ShowCommand.class,
            MasksCommand.class,
            ExportCommand.class,
            UnpackCommand.class,
            ProvenanceCommand.class,
            GcCommand.class,
            OperationCommand.class,
            DoctorCommand.class,
            BenchCommand.class,
            BenchWorkCommand.class,
            VerifyResumeCommand.class,
            CompletionCommand.class,
            HelpForCommand.class
        })
public final class Crvqa {
    private static final List<String> FOOTER = List.of(
            "",
            "Examples:",
            "  crvqa demo                              see it work, end to end, in minutes",
            "  crvqa local up                          start the services on this machine",
            "  crvqa data import --vqa-cp DIR --name my-data",
            "  crvqa model import DIR --name lxmert",
            "  crvqa plan experiment.yaml              what would run",
            "  crvqa submit experiment.yaml --watch    run it and look on",
            "",
            "Defaults for --coordinator, --store and --output may stand in ~/.config/crvqa/config.toml.",
            "",
            "Exit status: 0 done; 1 the experiment failed or is incomplete; 2 wrong usage or input;",
            "3 the coordinator or the store could not be reached; 130 interrupted.",
            "With --output json a failure is one line on stderr: {\"error\": {\"message\", \"hint\", \"exit_code\"}}.");

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Print the stack trace of a failure.")
    private boolean debug;

    /** What gRPC logs beside what it throws, with stack traces. Held, since a logger that nobody holds forgets its level. */
    private static final Logger GRPC = Logger.getLogger("io.grpc");

    /** Runs the command and ends the process with its {@link ExitCode}. */
    public static void main(String[] arguments) {
        GRPC.setLevel(Level.OFF);
        System.exit(run(CliContext.ofProcess(), arguments));
    }

    /** Runs a command in this process and returns its {@link ExitCode}. */
    public static int run(CliContext context, String... arguments) {
        Crvqa top = new Crvqa();
        CommandLine line = new CommandLine(top, new ContextFactory(context));
        line.getCommandSpec().usageMessage().footer(FOOTER.toArray(String[]::new));
        line.setOut(writer(context.console().out()));
        line.setErr(writer(context.console().err()));
        line.setColorScheme(
                CommandLine.Help.defaultColorScheme(context.console().outColor() ? Ansi.ON : Ansi.OFF));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        List<String> all = List.of(arguments);
        Configuration configuration;
        try {
            configuration = asksForHelp(arguments) ? Configuration.NONE : context.configuration();
        } catch (InvalidInputException | UncheckedIOException e) {
            return report(context, e, ErrorText.json(null, all, null), false);
        }
        ConfiguredDefaults defaults = new ConfiguredDefaults(context.environment(), configuration);
        line.setDefaultValueProvider(defaults);
        line.setParameterExceptionHandler((e, args) ->
                usage(context, e, ErrorText.json(e.getCommandLine().getCommandSpec(), all, defaults.output())));
        line.setExecutionExceptionHandler((e, command, parsed) ->
                report(context, e, ErrorText.json(command.getCommandSpec(), all, defaults.output()), top.debug));
        return line.execute(arguments);
    }

    /** Help is given whatever the file of defaults says. */
    private static boolean asksForHelp(String... arguments) {
        return arguments.length == 0
                || List.of("help", "completion").contains(arguments[0])
                || Stream.of(arguments).anyMatch(List.of("-h", "--help", "-V", "--version")::contains);
    }

    private static int usage(CliContext context, ParameterException e, boolean json) {
        UsageError error = UsageError.of(e);
        Failure failure = new Failure(ExitCode.BAD_INPUT, error.message(), "");
        ErrorText.print(context.console(), json, failure, error.advice());
        return ExitCode.BAD_INPUT;
    }

    private static int report(CliContext context, Exception e, boolean json, boolean debug) {
        if (debug) {
            e.printStackTrace(context.console().err());
        }
        Failure failure = Failure.of(e);
        List<String> hints = failure.advice().isEmpty() ? List.of() : List.of(Sentences.ended(failure.advice()));
        ErrorText.print(context.console(), json, failure, hints);
        return failure.exitCode();
    }

    private static PrintWriter writer(java.io.PrintStream stream) {
        return new PrintWriter(stream, true);
    }

    /** Version of the program, from its jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"crvqa " + Version.text()};
        }

        static String text() {
            String version = Crvqa.class.getPackage().getImplementationVersion();
            return version == null ? "development" : version;
        }
    }
}
