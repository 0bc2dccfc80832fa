package org.crvqa.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.cli.bench.BenchModel;
import org.crvqa.cli.bench.BenchReport;
import org.crvqa.cli.bench.BenchRun;
import org.crvqa.cli.bench.BenchText;
import org.crvqa.cli.bench.BenchWords;
import org.crvqa.cli.console.WorkBar;
import org.crvqa.cli.store.OpenStore;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "bench",
        description = {
            "Measure how fast this machine trains, prunes and evaluates, and how much memory that takes.",
            "",
            "Runs steps of each stage and of evaluation as workers run them, on random numbers of the right shapes, each"
                    + " work in a process of its own. Needs no cluster. 'crvqa plan --rates' estimates an experiment's"
                    + " time from the result. Use an idle machine."
        },
        footer = {
            "",
            "Examples:",
            "  crvqa bench                        LXMERT base on the CPU, some minutes",
            "  crvqa bench --threads 8 --batch-size 64 --out bench.json",
            "  crvqa bench --model lxmert --device gpu:0 --precision bfloat16",
            "  crvqa bench --config config.json --work stage2,evaluate --steps 50",
            "  crvqa plan experiment.yaml --rates bench.json"
        })
final class BenchCommand implements Callable<Integer> {
    private final CliContext context;

    @Option(names = "--model", paramLabel = "NAME", description = "A model of the store, by name or key.")
    private @Nullable String model;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Or the config.json of an LXMERT or VisualBERT. Default: LXMERT base.")
    private @Nullable Path config;

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            description = "cpu, gpu:0 or auto. Default: CRVQA_DEVICE, else cpu, as for workers.")
    private @Nullable String device;

    @Option(
            names = "--precision",
            paramLabel = "WORD",
            description = "float32 (default), or bfloat16 in linear layers.")
    private String precision = "float32";

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Of an operator on the CPU. Default: CRVQA_THREADS, else 1, as for workers.")
    private @Nullable Integer threads;

    @Option(
            names = "--work",
            paramLabel = "LIST",
            description = "Of stage1,stage2,stage3,evaluate. Default: all of them.")
    private String work = "stage1,stage2,stage3,evaluate";

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            description = "Examples of a training step. Default: 32 on a CPU, 256 on a GPU.")
    private @Nullable Integer batchSize;

    @Option(
            names = "--eval-batch-size",
            paramLabel = "N",
            description = "Questions answered together (default 256, as workers do).")
    private int evalBatchSize = 256;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Steps that count. Default: some 20 seconds, at least 3 steps.")
    private @Nullable Integer steps;

    @Option(
            names = "--warmup-steps",
            paramLabel = "N",
            description = "Steps before them. Default: some 5 seconds, at least 2 steps.")
    private @Nullable Integer warmupSteps;

    @Option(names = "--answers", paramLabel = "N", description = "Candidate answers (default 2274).")
    private int answers = 2274;

    @Option(names = "--tokens", paramLabel = "N", description = "Word pieces of a question (default 14).")
    private int tokens = 14;

    @Option(names = "--regions", paramLabel = "N", description = "Regions of an image (default 36).")
    private int regions = 36;

    @Option(
            names = "--loss",
            paramLabel = "WORD",
            description = "Of all stages: bce, lmh (default), ce, poe, reweight, lpf or rubi.")
    private String loss = "lmh";

    @Option(
            names = "--no-state-capture",
            description = "Save no training states on the way, and hold no memory for them.")
    private boolean noStateCapture;

    @Option(names = "--out", paramLabel = "FILE", description = "Also write the result as JSON to this file.")
    private @Nullable Path out;

    @Mixin
    private StoreOption store = new StoreOption();

    @Mixin
    private OutputOption output = new OutputOption();

    BenchCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        BenchRun run = run();
        checkOut();
        BenchReport report;
        try (WorkBar bar = new WorkBar(context.console(), context.clock());
                OnInterrupt interrupt = new OnInterrupt(run::stop)) {
            report = run.measure(
                    OpenStore.cache(context.environment(), context.userHome()),
                    (label, done, total) -> bar.update(label, done, total));
        }
        if (out != null) {
            Files.writeString(out, report.json() + "\n");
        }
        if (output.json()) {
            context.console().print(report.json());
        } else {
            BenchText.lines(report, context.console().outColor()).forEach(context.console()::print);
        }
        return ExitCode.OK;
    }

    private BenchRun run() {
        BenchRun.Settings settings = new BenchRun.Settings(
                BenchWords.works(work),
                device(),
                threads == null ? fromEnvironment("CRVQA_THREADS") : atLeast("--threads", threads, 1),
                BenchWords.precision(precision),
                BenchWords.loss(loss),
                batchSize == null ? null : (Integer) atLeast("--batch-size", batchSize, 1),
                atLeast("--eval-batch-size", evalBatchSize, 1),
                warmupSteps == null ? null : (Integer) atLeast("--warmup-steps", warmupSteps, 0),
                steps == null ? null : (Integer) atLeast("--steps", steps, 1),
                atLeast("--answers", answers, 1),
                atLeast("--tokens", tokens, 1),
                atLeast("--regions", regions, 1),
                !noStateCapture);
        return new BenchRun(model(), settings, context.home());
    }

    private String device() {
        String source = device == null ? "CRVQA_DEVICE" : "--device";
        String word = device == null ? context.environment().getOrDefault("CRVQA_DEVICE", "cpu") : device;
        if (!List.of("cpu", "gpu:0", "auto").contains(word.strip())) {
            throw new InvalidInputException(
                    source + ": found '" + word + "', expected cpu, gpu:0 or auto",
                    "A process sees one GPU, as gpu:0; CUDA_VISIBLE_DEVICES says which.");
        }
        return word.strip();
    }

    private BenchModel model() {
        if (model != null && config != null) {
            throw new InvalidInputException("--model and --config are both given", "Give one of them.");
        }
        if (model != null) {
            try (OpenStore open = store.openExisting(context)) {
                return BenchModel.stored(open, model);
            }
        }
        return config == null ? BenchModel.base() : BenchModel.read(config);
    }

    /** Before minutes of measuring, not after. */
    private void checkOut() throws IOException {
        if (out == null) {
            return;
        }
        Path folder = out.toAbsolutePath().normalize().getParent();
        if (Files.isDirectory(out) || folder == null || !Files.isDirectory(folder) || !Files.isWritable(folder)) {
            throw new InvalidInputException(
                    "--out: cannot write " + out + ": "
                            + (Files.isDirectory(out)
                                    ? "it is a folder"
                                    : "there is no folder for it to be written to"),
                    "Name a file in a folder that exists.");
        }
    }

    private int fromEnvironment(String variable) {
        String text = context.environment().getOrDefault(variable, "1");
        try {
            return atLeast(variable, Integer.parseInt(text), 1);
        } catch (NumberFormatException e) {
            throw new InvalidInputException(
                    variable + ": found '" + text + "', expected a number of at least 1",
                    "Correct " + variable + ".",
                    e);
        }
    }

    private static int atLeast(String option, int value, int least) {
        if (value < least) {
            throw new InvalidInputException(
                    option + ": found " + value + ", expected at least " + least, "Give a larger number.");
        }
        return value;
    }
}
