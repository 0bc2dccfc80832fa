package org.crvqa.cli;

import java.util.concurrent.Callable;
import org.crvqa.cli.experiment.ReportText;
import org.crvqa.cli.reading.ExperimentReads;
import org.crvqa.coordinator.v1.Report;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

@Command(
        name = "report",
        description = "Print an experiment's scores so far: mean and standard deviation over its seeds.",
        footer = {
            "",
            "Ends with 0 when every cell has all its runs, else with 1.",
            "",
            "Examples:",
            "  crvqa report demo-1a2b3c4d",
            "  crvqa report demo-1a2b3c4d --by question-type",
            "  crvqa report demo-1a2b3c4d --output json > report.json"
        })
final class ReportCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(
            paramLabel = "EXPERIMENT",
            description = "Its id, as submit and list print it, the beginning of one, or latest.")
    private String experiment = "";

    /** What else the scores can be told apart by. */
    enum By {
        QUESTION_TYPE;

        @Override
        public String toString() {
            return "question-type";
        }
    }

    @Option(
            names = "--by",
            paramLabel = "WHAT",
            description = "Also print the scores by: ${COMPLETION-CANDIDATES}.",
            converter = ByConverter.class)
    private @Nullable By by;

    /** Of the names that the help shows. */
    static final class ByConverter implements ITypeConverter<By> {
        @Override
        public By convert(String value) {
            if (value.equals(By.QUESTION_TYPE.toString())) {
                return By.QUESTION_TYPE;
            }
            throw new TypeConversionException("expected " + By.QUESTION_TYPE + " but was '" + value + "'");
        }
    }

    @Mixin
    private SourceOption source = new SourceOption();

    @Mixin
    private OutputOption output = new OutputOption();

    ReportCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        try (ExperimentReads client = source.open(context)) {
            Report report = client.report(SourceOption.id(client, experiment), by == By.QUESTION_TYPE);
            output.print(
                    context.console(),
                    report,
                    () -> ReportText.lines(
                            report,
                            context.console().outColor(),
                            context.console().resultColumns()));
            return report.getComplete() ? ExitCode.OK : ExitCode.FAILED;
        }
    }
}
