package org.crvqa.cli;

import java.time.ZoneId;
import java.util.concurrent.Callable;
import org.crvqa.cli.client.CoordinatorClient;
import org.crvqa.cli.experiment.TaskListText;
import org.crvqa.coordinator.v1.ListAttemptsRequest;
import org.crvqa.coordinator.v1.ListAttemptsResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "attempts",
        description = "List the attempts at a task, the latest first: where each ran, and how it ended.",
        footer = {"", "Examples:", "  crvqa attempts KEY", "  crvqa attempts KEY --limit 200 --output json"})
final class AttemptsCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(
            paramLabel = "KEY",
            description = "Of the task, 64 hexadecimal digits, as 'crvqa tasks --output json' prints it.")
    private String key = "";

    @Option(names = "--limit", paramLabel = "N", defaultValue = "50", description = "The latest N (default 50).")
    private int limit;

    @Mixin
    private CoordinatorOption coordinator = new CoordinatorOption();

    @Mixin
    private OutputOption output = new OutputOption();

    AttemptsCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        try (CoordinatorClient client = coordinator.connect(context)) {
            ListAttemptsResponse attempts = client.attempts(ListAttemptsRequest.newBuilder()
                    .setTaskKey(key)
                    .setPageSize(limit)
                    .build());
            output.print(
                    context.console(),
                    attempts,
                    () -> TaskListText.attempts(
                            attempts.getAttemptsList(),
                            ZoneId.systemDefault(),
                            context.console().outColor()));
            return ExitCode.OK;
        }
    }
}
