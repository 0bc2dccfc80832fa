package org.crvqa.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.cli.chart.PictureFile;
import org.crvqa.cli.console.Console;
import org.crvqa.cli.experiment.ReportText;
import org.crvqa.cli.experiment.UnitedReport;
import org.crvqa.cli.reading.ExperimentReads;
import org.crvqa.cli.report.Chance;
import org.crvqa.cli.report.CsvReport;
import org.crvqa.cli.report.Findings;
import org.crvqa.cli.report.FindingsText;
import org.crvqa.cli.report.JsonReport;
import org.crvqa.cli.report.LatexReport;
import org.crvqa.cli.report.MarkdownReport;
import org.crvqa.cli.report.NearestRow;
import org.crvqa.cli.report.Published;
import org.crvqa.cli.report.ReferenceFile;
import org.crvqa.cli.report.ReportForm;
import org.crvqa.cli.report.ReportPicture;
import org.crvqa.cli.store.OpenStore;
import org.crvqa.coordinator.v1.Report;
import org.crvqa.study.statistics.RowReader;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

@Command(
        name = "report",
        description = {
            "Print the scores of experiments so far: mean and standard deviation over their seeds.",
            "",
            "Intervals, differences and their p-values are computed from the answers to single questions, which lie in the"
                    + " store: by bootstrap over seeds and questions, and by McNemar's exact test on questions."
        },
        footer = {
            "",
            "Ends with 0 when every cell has all its runs, else with 1.",
            "",
            "Examples:",
            "  crvqa report demo-1a2b3c4d",
            "  crvqa report demo-1a2b3c4d --by question-type",
            "  crvqa report demo-1a2b3c4d masks-9f8e7d6c --output latex > table.tex",
            "  crvqa report demo-1a2b3c4d --picture accuracy.svg",
            "  crvqa report demo-1a2b3c4d --intervals --against 'lmh-lmh 0.7'",
            "  crvqa report demo-1a2b3c4d --reference paper.csv",
            "  crvqa report demo-1a2b3c4d --output json > report.json"
        })
final class ReportCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(
            paramLabel = "EXPERIMENT",
            arity = "1..*",
            description = {
                "Ids, as submit and list print them, the beginnings of ids, or latest.",
                "Several make one table."
            })
    private List<String> experiments = new ArrayList<>();

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

    @Option(
            names = {"-o", "--output"},
            paramLabel = "table|csv|markdown|latex|json",
            defaultValue = "table",
            description = "Form of the result: table (default), csv, markdown, latex (with booktabs) or json.")
    private ReportForm form = ReportForm.TABLE;

    @Option(
            names = "--picture",
            paramLabel = "FILE",
            description = "Also draw accuracy against sparsity: FILE.svg or FILE.png.")
    private @Nullable Path picture;

    @Option(names = "--intervals", description = "Also 95 %% intervals by bootstrap over seeds and questions.")
    private boolean intervals;

    @Option(
            names = "--against",
            paramLabel = "ROW",
            description =
                    "Also the difference of every other row to this one, with interval and p-values. ROW: its name,"
                            + " before it its model and experiment where they are needed to tell it apart.")
    private @Nullable String against;

    @Option(
            names = "--reference",
            paramLabel = "FILE.csv",
            description = "Also published scores beside ours. Columns: row,column,mean,std,n; accuracies in %%.")
    private @Nullable Path reference;

    @Mixin
    private SourceOption source = new SourceOption();

    ReportCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        // Before the work, so that a wrong name costs nothing.
        PictureFile pictureFile = picture == null ? null : PictureFile.of(picture);
        UnitedReport report = UnitedReport.of(fetch());
        Findings findings = findings(report);
        print(report, findings);
        if (pictureFile != null) {
            pictureFile.write(ReportPicture.of(report));
        }
        return report.report().getComplete() ? ExitCode.OK : ExitCode.FAILED;
    }

    /** The only place that knows where reports come from. */
    private List<Report> fetch() {
        try (ExperimentReads reads = source.open(context)) {
            return experiments.stream()
                    .map(text -> SourceOption.id(reads, text))
                    .distinct()
                    .map(id -> reads.report(id, by == By.QUESTION_TYPE))
                    .toList();
        }
    }

    private Findings findings(UnitedReport report) {
        List<Published> published = reference == null ? List.of() : ReferenceFile.read(reference, report);
        OptionalInt row = against == null ? OptionalInt.empty() : OptionalInt.of(row(report, against));
        if (!intervals && row.isEmpty()) {
            return Findings.NONE.with(published);
        }
        try (OpenStore open = source.store().openExisting(context)) {
            return new Chance(report, new RowReader(open.artifacts()))
                    .find(intervals, row)
                    .with(published);
        }
    }

    private static int row(UnitedReport report, String name) {
        return NearestRow.find(
                report,
                name,
                problem -> new InvalidInputException(
                        "--against: " + problem, "Name a row as the report prints it, in quotes."));
    }

    private void print(UnitedReport report, Findings findings) {
        Console console = context.console();
        switch (form) {
            case JSON -> console.print(JsonReport.of(report, findings));
            case CSV -> console.print(CsvReport.of(report, findings));
            case MARKDOWN -> MarkdownReport.lines(report, findings).forEach(console::print);
            case LATEX -> LatexReport.lines(report, findings).forEach(console::print);
            case TABLE -> {
                ReportText.lines(report, console.outColor(), console.resultColumns())
                        .forEach(console::print);
                FindingsText.lines(report, findings, console.outColor(), console.resultColumns())
                        .forEach(console::print);
            }
        }
    }
}
