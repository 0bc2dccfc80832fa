package org.crvqa.cli;

import java.nio.file.Path;
import java.util.List;
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
        description = "Import a Hugging Face folder of LXMERT or VisualBERT into the store and name it.",
        footer = {
            "",
            "DIR holds config.json and the tensors, such as a download of unc-nlp/lxmert-base-uncased or",
            "uclanlp/visualbert-vqa-coco-pre. The tensors are in the first of these that is there:",
            "  model.safetensors                          one file",
            "  model.safetensors.index.json               and the shards that it names",
            "  pytorch_model.bin                          of PyTorch 1.6 or later",
            "  pytorch_model.bin.index.json               and the shards that it names",
            "Nothing in a pytorch_model.bin is executed: only tensors and plain containers are read from it,",
            "and whatever else it asks for is refused by name. Tensors of the model that are missing, of another",
            "shape, not finite, or of a type that float32 cannot hold are refused; tensors that the model does not",
            "use, of whatever type, are listed and left out.",
            "",
            "The tensors may be in an entry state_dict, model, module or model_state_dict of the file, may all have",
            "a prefix such as module. or _orig_mod., and may have the names of the authors of LXMERT, of VisualBERT",
            "or of MMF's VisualBERT. What was done about it is said.",
            "",
            "Examples:",
            "  crvqa model import lxmert-base-uncased --name lxmert",
            "  crvqa model import lxmert-base-uncased --name lxmert --store s3://bucket/crvqa"
        })
final class ModelImportCommand implements Callable<Integer> {
    private static final int MOST_NAMES = 50;

    private final CliContext context;

    @Parameters(paramLabel = "DIR", description = "Folder with config.json and the tensors.")
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
            ModelImport.Result result = ModelImport.importHuggingFace(
                    open.artifacts(), folder, key -> open.names().requireFree(Names.Kind.MODEL, name, key, replace));
            Manifest manifest = result.manifest();
            open.names().assign(Names.Kind.MODEL, name, new ArtifactKey(manifest.getKey()), replace);
            result.remarks().forEach(context.console()::say);
            sayUnexpected(result.unexpected());
            output.print(context.console(), manifest, () -> ModelText.lines(name, manifest));
        }
        return ExitCode.OK;
    }

    private void sayUnexpected(List<String> names) {
        if (names.isEmpty()) {
            return;
        }
        context.console().say(names.size() + " tensors that the model does not use were left out:");
        names.stream().limit(MOST_NAMES).forEach(unused -> context.console().say("  " + unused));
        if (names.size() > MOST_NAMES) {
            context.console().say("  and " + (names.size() - MOST_NAMES) + " more");
        }
    }
}
