package org.crvqa.cli;

import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import org.crvqa.artifacts.Names;
import org.crvqa.cli.names.NamedArtifact;
import org.crvqa.cli.names.NamesText;
import org.crvqa.cli.store.OpenStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "list",
        description = "List the models of the store by name.",
        footer = {"", "Examples:", "  crvqa model list", "  crvqa model list --output json"})
final class ModelListCommand implements Callable<Integer> {
    private final CliContext context;

    @Mixin
    private StoreOption store = new StoreOption();

    @Mixin
    private OutputOption output = new OutputOption();

    ModelListCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        List<NamedArtifact> all;
        try (OpenStore open = store.openExisting(context)) {
            all = NamedArtifact.all(open, Names.Kind.MODEL);
        }
        if (output.json()) {
            context.console().print(NamesText.json(all));
        } else if (all.isEmpty()) {
            context.console().print("No models yet. Bring one in with 'crvqa model import'.");
        } else {
            NamesText.models(all, ZoneId.systemDefault(), context.console().outColor())
                    .forEach(context.console()::print);
        }
        return ExitCode.OK;
    }
}
