package org.crvqa.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.crvqa.cli.client.CoordinatorClient;
import org.crvqa.cli.experiment.WorkerText;
import org.crvqa.coordinator.v1.ListWorkersResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "workers",
        description = "List the workers that the coordinator knows: what they do, and why one gets no work.",
        footer = {"", "Examples:", "  crvqa list workers", "  crvqa list workers --output json"})
final class ListWorkersCommand implements Callable<Integer> {
    private final CliContext context;

    @Mixin
    private CoordinatorOption coordinator = new CoordinatorOption();

    @Mixin
    private OutputOption output = new OutputOption();

    ListWorkersCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        try (CoordinatorClient client = coordinator.connect(context)) {
            ListWorkersResponse workers = client.workers();
            output.print(
                    context.console(),
                    workers,
                    () -> workers.getWorkersCount() == 0
                            ? List.of(
                                    "The coordinator knows no workers: see CRVQA_TRAINERS, CRVQA_PRUNERS and CRVQA_EVALUATORS.")
                            : WorkerText.lines(
                                    workers.getWorkersList(),
                                    context.clock(),
                                    context.console().outColor()));
            return ExitCode.OK;
        }
    }
}
