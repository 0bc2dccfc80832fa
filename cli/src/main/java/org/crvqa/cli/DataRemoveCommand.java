package org.crvqa.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.crvqa.artifacts.Names;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "rm",
        description = {
            "Take names of datasets away.",
            "",
            "What a name stood for stays as long as an experiment needs it, and until 'crvqa gc --apply' removes what",
            "nothing needs."
        },
        footer = {"", "Examples:", "  crvqa data rm old-dataset"})
final class DataRemoveCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(paramLabel = "NAME", arity = "1..*", description = "As 'crvqa data list' shows them.")
    private List<String> names = new ArrayList<>();

    @Mixin
    private StoreOption store = new StoreOption();

    DataRemoveCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        return NameRemoval.run(context, store, Names.Kind.DATASET, names, "crvqa data list");
    }
}
