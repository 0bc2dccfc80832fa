package org.crvqa.cli;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.cli.console.WorkBar;
import org.crvqa.cli.store.OpenStore;
import org.crvqa.vqa.export.CompactFile;
import org.crvqa.vqa.export.ExportSource;
import org.crvqa.vqa.export.ModelExport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "export",
        description = "Write a checkpoint as a folder that Hugging Face's transformers loads, or in a compact form.",
        footer = {
            "",
            "KEY is the artifact of a training (stage 1 or 3), of a search for a subnetwork",
            "(stage 2), or of an evaluation, whose checkpoint is written with its scores in",
            "the model card. 'crvqa report EXPERIMENT --output json' names the evaluations.",
            "",
            "Examples:",
            "  crvqa export 3f9a… --out lmh-lmh-0.7",
            "  crvqa export 3f9a… --form compact --out lmh-lmh-0.7-compact"
        })
final class ExportCommand implements Callable<Integer> {

    /** For shells that complete them. */
    static final class Forms implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return List.of("hugging-face", "compact").iterator();
        }
    }

    private final CliContext context;

    @Parameters(paramLabel = "KEY", description = "Key of the artifact.")
    private String key = "";

    @Option(names = "--out", paramLabel = "FOLDER", required = true, description = "The folder to write.")
    private Path out = Path.of("");

    @Option(
            names = "--form",
            paramLabel = "hugging-face|compact",
            completionCandidates = Forms.class,
            defaultValue = "hugging-face",
            description =
                    "hugging-face (default): all tensors with pruned zeros. compact: masks as bits and the weights"
                            + " that stay; 'crvqa unpack' restores it.")
    private String form = "";

    @Option(names = "--evaluation", paramLabel = "KEY", description = "An evaluation for the model card; repeatable.")
    private List<String> evaluations = new ArrayList<>();

    @Option(names = "--replace", description = "Replace the folder if it is there.")
    private boolean replace;

    @Mixin
    private StoreOption store = new StoreOption();

    @Mixin
    private OutputOption output = new OutputOption();

    ExportCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        ModelExport.Form chosen = form();
        try (OpenStore open = store.openExisting(context)) {
            ArtifactKey artifact = key(key);
            ExportSource source = ExportSource.find(open.artifacts(), artifact);
            List<Manifest> scored = new ArrayList<>();
            Manifest named = open.artifacts().require(artifact);
            if (named.getSpec().hasEvaluate()) {
                scored.add(named);
            }
            evaluations.forEach(evaluation -> scored.add(open.artifacts().require(key(evaluation))));
            Optional<CompactFile.Sizes> sizes;
            try (WorkBar bar = new WorkBar(context.console(), InstantSource.system())) {
                sizes = ModelExport.write(
                        source, scored, chosen, out, replace, progress(bar, "export", ModelExport.bytes(source)));
            }
            ExportText.print(context.console(), output.json(), out, sizes);
        }
        return ExitCode.OK;
    }

    /** Adds what is written to the bar. */
    static LongConsumer progress(WorkBar bar, String label, long total) {
        AtomicLong done = new AtomicLong();
        return bytes -> bar.update(label, done.addAndGet(bytes), total);
    }

    private ModelExport.Form form() {
        return switch (form.toLowerCase(Locale.ROOT)) {
            case "hugging-face" -> ModelExport.Form.HUGGING_FACE;
            case "compact" -> ModelExport.Form.COMPACT;
            default ->
                throw new InvalidInputException(
                        "--form is \"" + form + "\", expected hugging-face or compact", "Choose one of the two.");
        };
    }

    private static ArtifactKey key(String text) {
        try {
            return new ArtifactKey(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException(
                    "\"" + text + "\" is no artifact key, expected 64 hexadecimal digits",
                    "'crvqa report EXPERIMENT --output json' names the keys of evaluations.",
                    e);
        }
    }
}
