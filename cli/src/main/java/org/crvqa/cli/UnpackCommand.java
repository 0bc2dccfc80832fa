package org.crvqa.cli;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.crvqa.cli.console.WorkBar;
import org.crvqa.vqa.export.ModelExport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "unpack",
        description = "Make a folder that transformers loads out of one that 'crvqa export --form compact' wrote.",
        footer = {"", "Example:", "  crvqa unpack lmh-lmh-0.7-compact --out lmh-lmh-0.7"})
final class UnpackCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(paramLabel = "FOLDER", description = "Folder of the compact form.")
    private Path compact = Path.of("");

    @Option(names = "--out", paramLabel = "FOLDER", required = true, description = "The folder to write.")
    private Path out = Path.of("");

    @Option(names = "--replace", description = "Replace the folder if it is there.")
    private boolean replace;

    @Mixin
    private OutputOption output = new OutputOption();

    UnpackCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        try (WorkBar bar = new WorkBar(context.console(), InstantSource.system())) {
            long total = ModelExport.restoredBytes(compact);
            ModelExport.restore(compact, out, replace, ExportCommand.progress(bar, "unpack", total));
        }
        ExportText.print(context.console(), output.json(), out, Optional.empty());
        return ExitCode.OK;
    }
}
