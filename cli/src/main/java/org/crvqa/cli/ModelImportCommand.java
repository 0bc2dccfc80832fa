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
        name = "import",
        description = "Import a Hugging Face LXMERT folder into the store and name it.",
        footer = {
            "",
            "DIR holds config.json and model.safetensors, such as a download of unc-nlp/lxmert-base-uncased.",
            "",
            "Examples:",
            "  crvqa model import lxmert-base-uncased --name lxmert",
            "  crvqa model import lxmert-base-uncased --name lxmert --store s3://bucket/crvqa"
        })
final class ModelImportCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(paramLabel = "DIR", description = "Folder with config.json and model.safetensors.")
    private Path folder = Path.of("");

    @Option(names = "--name", paramLabel = "NAME", required = true, description = "What experiments call it.")
    private String name = "";

    @Option(names = "--replace", description = "Let the name stand for this model even if it is taken.")
    private boolean replace;

    @Mixin
    private StoreOption store = new StoreOption();

    @Mixin
    private OutputOption output = new OutputOption();

    ModelImportCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        Names.check(name);
        try (OpenStore open = store.open(context)) {
            ModelImport.Result result = ModelImport.importHuggingFace(open.artifacts(), folder);
            Manifest manifest = result.manifest();
            open.names().assign(Names.Kind.MODEL, name, new ArtifactKey(manifest.getKey()), replace);
            if (!result.ignored().isEmpty()) {
                context.console()
                        .say(result.ignored().size() + " tensors that the model does not use were left out: "
                                + String.join(
                                        ", ",
                                        result.ignored()
                                                .subList(
                                                        0,
                                                        Math.min(
                                                                3,
                                                                result.ignored().size())))
                                + (result.ignored().size() > 3 ? ", ..." : ""));
            }
            output.print(context.console(), manifest, () -> ModelText.lines(name, manifest));
        }
        return ExitCode.OK;
    }
}
