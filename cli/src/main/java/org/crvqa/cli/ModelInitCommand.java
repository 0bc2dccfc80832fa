package org.crvqa.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.crvqa.artifact.v1.Manifest;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.Names;
import org.crvqa.cli.store.OpenStore;
import org.crvqa.vqa.model.ModelImport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "init",
        description = "Make a model with random weights from a Hugging Face configuration.",
        footer = {
            "",
            "Experiments that say 'weights: per_seed' draw weights of their own from the configuration;",
            "those that say 'weights: stored' use the ones made here.",
            "",
            "Examples:",
            "  crvqa model init config.json --name lxmert-random",
            "  crvqa model init tiny.json --name tiny --seed 7"
        })
final class ModelInitCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(paramLabel = "CONFIG", description = "The config.json of an LXMERT.")
    private Path config = Path.of("");

    @Option(names = "--name", paramLabel = "NAME", required = true, description = "What experiments call it.")
    private String name = "";

    @Option(names = "--seed", paramLabel = "N", description = "Seeds the weights (default 0).")
    private long seed;

    @Option(names = "--replace", description = "Let the name stand for this model even if it is taken.")
    private boolean replace;

    @Mixin
    private StoreOption store = new StoreOption();

    @Mixin
    private OutputOption output = new OutputOption();

    ModelInitCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        Names.check(name);
        try (OpenStore open = store.open(context)) {
            Manifest manifest = ModelImport.initialise(
                    open.artifacts(),
                    config,
                    seed,
                    key -> open.names().requireFree(Names.Kind.MODEL, name, key, replace));
            open.names().assign(Names.Kind.MODEL, name, new ArtifactKey(manifest.getKey()), replace);
            output.print(context.console(), manifest, () -> ModelText.lines(name, manifest));
        }
        return ExitCode.OK;
    }
}
