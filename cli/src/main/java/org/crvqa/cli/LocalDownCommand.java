package org.crvqa.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.crvqa.cli.local.ClusterFolder;
import org.crvqa.cli.local.ClusterState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "down",
        description = "Stop the services. Running tasks are stopped; what is stored stays.",
        footer = {"", "Examples:", "  crvqa local down", "  crvqa local down --dir /data/cluster"})
final class LocalDownCommand implements Callable<Integer> {
    private static final long PATIENCE_SECONDS = 60;

    private final CliContext context;

    @Mixin
    private LocalFolderOption folder = new LocalFolderOption();

    LocalDownCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        ClusterFolder where = folder.resolve(context);
        Optional<ClusterState> state = where.running();
        if (state.isEmpty()) {
            boolean starting = where.inUse();
            context.console()
                    .say(
                            starting
                                    ? "The cluster in " + where.path()
                                            + " is still starting or stopping. Try '"
                                            + new ClusterHints(context, where).local("down") + "' again shortly."
                                    : "No cluster runs in " + where.path() + ".");
            return starting ? ExitCode.FAILED : ExitCode.OK;
        }
        context.console().say("Stopping the services ...");
        Optional<ProcessHandle> supervisor = ProcessHandle.of(state.get().supervisorPid());
        if (supervisor.isPresent()) {
            supervisor.get().destroy();
            try {
                supervisor.get().onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                context.console()
                        .say("Process " + supervisor.get().pid() + " did not end within " + PATIENCE_SECONDS
                                + " s. Its log: " + where.supervisorLog());
                return ExitCode.FAILED;
            }
        }
        context.console().say("Stopped.");
        return ExitCode.OK;
    }
}
