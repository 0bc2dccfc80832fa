package org.crvqa.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.crvqa.artifacts.ArtifactKey;
import org.crvqa.artifacts.StoredFiles;
import org.crvqa.cli.console.WorkBar;
import org.crvqa.cli.provenance.Provenance;
import org.crvqa.cli.provenance.ProvenanceJson;
import org.crvqa.cli.provenance.ProvenanceText;
import org.crvqa.cli.store.OpenStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "provenance",
        description = "Show what an artifact was made of, by whom and where, and verify the whole chain.",
        footer = {
            "",
            "Needs the store only, no coordinator. Every key is computed anew from its spec,",
            "every file read and compared with its size and SHA-256. Exit status 1: something",
            "is not as it was made.",
            "",
            "Examples:",
            "  crvqa provenance 3f9a0c11",
            "  crvqa provenance 3f9a0c11 --no-verify --output json"
        })
final class ProvenanceCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(paramLabel = "KEY", description = "Key of the artifact, or its first 8 or more digits.")
    private String key = "";

    @Option(names = "--no-verify", description = "Do not read the files.")
    private boolean noVerify;

    @Mixin
    private StoreOption store = new StoreOption();

    @Mixin
    private OutputOption output = new OutputOption();

    ProvenanceCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        Provenance provenance;
        try (OpenStore open = store.openExisting(context)) {
            provenance = read(open, Provenance.resolve(open.objects(), key));
        }
        if (output.json()) {
            context.console().print(ProvenanceJson.of(provenance, !noVerify));
        } else {
            ProvenanceText.lines(provenance, !noVerify).forEach(context.console()::print);
        }
        provenance.problems().forEach(context.console()::say);
        return provenance.problems().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }

    private Provenance read(OpenStore open, ArtifactKey root) {
        try (WorkBar bar = new WorkBar(context.console(), context.clock())) {
            Path scratch = OpenStore.cache(context.environment(), context.userHome());
            Optional<StoredFiles> files =
                    noVerify ? Optional.empty() : Optional.of(new StoredFiles(open.objects(), scratch));
            return Provenance.read(open.objects(), open.artifacts(), root, files, (artifacts, file) -> {
                open.pinned().renew();
                bar.update("verifying " + file, artifacts, 0);
            });
        }
    }
}
