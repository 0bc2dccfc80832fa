package org.crvqa.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.crvqa.cli.bench.WorkChild;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The process in which {@code bench} measures one work. Ends when its standard input does, and so with its parent. */
@Command(name = "bench-work", hidden = true, description = "Measure what a file says; 'crvqa bench' calls this.")
final class BenchWorkCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(paramLabel = "FILE")
    private Path order = Path.of("");

    BenchWorkCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException {
        Thread watch = new Thread(BenchWorkCommand::endWithParent, "parent-watch");
        watch.setDaemon(true);
        watch.start();
        return new WorkChild(context.console()::print).run(order) ? ExitCode.OK : ExitCode.FAILED;
    }

    private static void endWithParent() {
        try {
            while (System.in.read() >= 0) {
                // Nothing is ever sent.
            }
        } catch (IOException e) {
            // As the end of it.
        }
        Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
    }
}
