package org.crvqa.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.cli.chart.PictureFile;
import org.crvqa.cli.console.Console;
import org.crvqa.cli.predictions.Answered;
import org.crvqa.cli.predictions.PredictionCsv;
import org.crvqa.cli.predictions.PredictionJson;
import org.crvqa.cli.predictions.PredictionText;
import org.crvqa.cli.predictions.PredictionView;
import org.crvqa.cli.predictions.QuestionFilter;
import org.crvqa.cli.predictions.ReliabilityPicture;
import org.crvqa.cli.predictions.ReportedRun;
import org.crvqa.cli.provenance.Provenance;
import org.crvqa.cli.reading.ExperimentReads;
import org.crvqa.cli.store.OpenStore;
import org.crvqa.coordinator.v1.Report;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "predictions",
        description = {
            "Show what a model answered to each question, and how far its probabilities can be believed.",
            "",
            "An answer is right when at least two of the ten annotators gave it: its VQA accuracy is 2/3 or 1."
        },
        footer = {
            "",
            "Rows are named as 'crvqa report' names them. With --against, questions are",
            "listed whose answers are right in one run and wrong in the other. In the place",
            "of an experiment the key of an evaluation may stand, which needs the store",
            "alone. Questions are as a model reads them, in lower case; of what annotators",
            "said, the candidate answers.",
            "",
            "Examples:",
            "  crvqa predictions demo-1a2b3c4d --row 'lmh-lmh 0.7' --seed 0 --wrong",
            "  crvqa predictions demo-1a2b3c4d --row lmh --seed 0 --split test \\",
            "      --against 'lmh-lmh 0.7'",
            "  crvqa predictions demo-1a2b3c4d --row lmh --seed 0 --calibration \\",
            "      --picture reliability.svg",
            "  crvqa predictions 3f9a0c11 --question-type 'how many' -o csv > answers.csv"
        })
final class PredictionsCommand implements Callable<Integer> {
    /** For people, for tables of others, or for programs. */
    enum Form {
        TABLE,
        CSV,
        JSON;

        /** As people write it, and shells complete it. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final String KEY = "[0-9a-f]{8,64}";
    private static final int SHOWN = 20;

    private final CliContext context;

    @Parameters(
            paramLabel = "EXPERIMENT|KEY",
            description = "Id of an experiment, or the key of an evaluation or its first 8 or more digits.")
    private String what = "";

    @Option(names = "--row", paramLabel = "ROW", description = "Row of the experiment's report, such as 'lmh-lmh 0.7'.")
    private @Nullable String row;

    @Option(names = "--model", paramLabel = "NAME", description = "Model of the row, where several have it.")
    private @Nullable String model;

    @Option(
            names = "--seed",
            paramLabel = "SEED",
            description = "Which run of the row; by stage as 42/49/42. Default: its only one.")
    private @Nullable String seed;

    @Option(names = "--split", paramLabel = "SPLIT", description = "Default: the only one that was evaluated.")
    private @Nullable String split;

    @Option(
            names = "--against",
            paramLabel = "ROW|KEY",
            description = "Compare with this row's run of the same seed, or with another evaluation's key.")
    private @Nullable String against;

    @Option(names = "--against-seed", paramLabel = "SEED", description = "Which run of that row. Default: as --seed.")
    private @Nullable String againstSeed;

    @Option(names = "--wrong", description = "Only questions that were answered wrong.")
    private boolean wrong;

    @Option(names = "--right", description = "Only questions that were answered right.")
    private boolean right;

    @Option(
            names = "--question-type",
            paramLabel = "TYPE",
            description = "Only such questions, as 'how many'. Repeatable.")
    private List<String> questionTypes = new ArrayList<>();

    @Option(
            names = "--answer-type",
            paramLabel = "TYPE",
            description = "Only such questions: yes/no, number or other. Repeatable.")
    private List<String> answerTypes = new ArrayList<>();

    @Option(names = "--subset", paramLabel = "NAME", description = "Only questions of this subset. Repeatable.")
    private List<String> subsets = new ArrayList<>();

    @Option(
            names = "--word",
            paramLabel = "WORD",
            description = "Only questions with this word. Repeatable: with all of them.")
    private List<String> words = new ArrayList<>();

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "List at most so many questions; 0: all. Default: " + SHOWN + " in a table, else all.")
    private @Nullable Integer limit;

    @Option(
            names = "--calibration",
            description = "Instead of questions, print the expected calibration error and its bins.")
    private boolean calibration;

    @Option(
            names = "--picture",
            paramLabel = "FILE",
            description = "With --calibration: also draw the reliability diagram, FILE.svg or FILE.png.")
    private @Nullable Path picture;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "table|csv|json",
            defaultValue = "table",
            description = "Form of the result: table (default), csv or json.")
    private Form form = Form.TABLE;

    @Mixin
    private SourceOption source = new SourceOption();

    PredictionsCommand(CliContext context) {
        this.context = context;
    }

    /** Two evaluations to look at, or one. */
    private record Runs(Answered first, Optional<Answered> against) {}

    @Override
    public Integer call() throws Exception {
        // Before the work, so that a wrong name costs nothing.
        check();
        PictureFile file = picture == null ? null : PictureFile.of(picture);
        try (OpenStore open = source.store().openExisting(context)) {
            Runs runs = what.matches(KEY) ? byKey(open) : byRow(open);
            PredictionView view = PredictionView.of(open.artifacts(), runs.first(), runs.against(), filter());
            print(view);
            if (file != null) {
                file.write(ReliabilityPicture.of(view));
            }
        }
        return ExitCode.OK;
    }

    private void check() {
        if (limit != null && limit < 0) {
            throw new InvalidInputException("--limit is " + limit + ", expected 0 or more", "0 lists all.");
        }
        if (wrong && right) {
            throw new InvalidInputException("--wrong and --right let no question through", "Give one of them.");
        }
        if (calibration && (wrong || right)) {
            throw new InvalidInputException(
                    "--calibration asks how often answers are right, and " + (wrong ? "--wrong" : "--right")
                            + " says it",
                    "Leave one of them out.");
        }
        if (picture != null && !calibration) {
            throw new InvalidInputException("--picture draws calibration", "Give --calibration too.");
        }
    }

    private Runs byKey(OpenStore open) {
        if (row != null || seed != null || model != null || againstSeed != null) {
            throw new InvalidInputException(
                    "Rows and seeds belong to an experiment, and " + what + " is the key of an evaluation",
                    "Leave out --row, --seed and --model, or name the experiment.");
        }
        return new Runs(answered(open, what), Optional.ofNullable(against).map(key -> answered(open, key)));
    }

    private Answered answered(OpenStore open, String text) {
        ArtifactKey key = Provenance.resolve(open.objects(), text);
        return Answered.read(open.artifacts(), key, key.abbreviated(), Optional.ofNullable(split));
    }

    private Runs byRow(OpenStore open) {
        Report report;
        try (ExperimentReads reads = source.open(context)) {
            report = reads.report(SourceOption.id(reads, what), false);
        }
        ReportedRun.Finder finder = new ReportedRun.Finder(report, Optional.ofNullable(model));
        if (row == null) {
            throw new InvalidInputException(
                    "No row of " + what + " is named", "Name one with --row: " + finder.rows() + ".");
        }
        ReportedRun run = finder.find(row, Optional.ofNullable(seed));
        Answered first = answered(open, run);
        if (against == null) {
            return new Runs(first, Optional.empty());
        }
        if (against.matches(KEY)) {
            return new Runs(first, Optional.of(answered(open, against)));
        }
        String other = againstSeed == null ? run.seeds() : againstSeed;
        return new Runs(first, Optional.of(answered(open, finder.find(against, Optional.of(other)))));
    }

    private Answered answered(OpenStore open, ReportedRun run) {
        return Answered.read(open.artifacts(), run.evaluation(), run.label(), Optional.ofNullable(split));
    }

    private QuestionFilter filter() {
        Optional<Boolean> wanted = wrong || right ? Optional.of(right) : Optional.empty();
        return new QuestionFilter(wanted, questionTypes, answerTypes, subsets, words);
    }

    private void print(PredictionView view) throws IOException {
        Console console = context.console();
        int most = limit == null ? (form == Form.TABLE ? SHOWN : 0) : limit;
        switch (form) {
            case JSON -> {
                if (calibration) {
                    console.print(PredictionJson.calibration(view));
                } else {
                    PredictionJson.write(view, most, console.out());
                }
            }
            case CSV ->
                (calibration ? PredictionCsv.calibration(view) : PredictionCsv.lines(view, most))
                        .forEach(console::print);
            case TABLE ->
                (calibration
                                ? PredictionText.calibration(view, console.outColor())
                                : PredictionText.lines(view, most, console.outColor(), console.resultColumns()))
                        .forEach(console::print);
        }
    }
}
