package org.crvqa.cli;

import java.time.ZoneId;
import java.util.concurrent.Callable;
import org.crvqa.cli.client.CoordinatorClient;
import org.crvqa.cli.experiment.TaskListText;
import org.crvqa.coordinator.v1.ListEventsRequest;
import org.crvqa.coordinator.v1.ListEventsResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "events",
        description = {
            "List what happened to an experiment, the latest first: who submitted, updated, paused, retried it.",
            "Who that was is what clients say of themselves; nothing of it is proven."
        },
        footer = {"", "Examples:", "  crvqa events demo-1a2b3c4d", "  crvqa events demo-1a2b3c4d --output json"})
final class EventsCommand implements Callable<Integer> {
    private final CliContext context;

    @Parameters(paramLabel = "EXPERIMENT", description = "Its id, as submit and list print it.")
    private String experiment = "";

    @Option(names = "--limit", paramLabel = "N", defaultValue = "50", description = "The latest N (default 50).")
    private int limit;

    @Mixin
    private CoordinatorOption coordinator = new CoordinatorOption();

    @Mixin
    private OutputOption output = new OutputOption();

    EventsCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        try (CoordinatorClient client = coordinator.connect(context)) {
            ListEventsResponse events = client.events(ListEventsRequest.newBuilder()
                    .setExperimentId(experiment)
                    .setPageSize(limit)
                    .build());
            output.print(
                    context.console(),
                    events,
                    () -> TaskListText.events(
                            events.getEventsList(),
                            ZoneId.systemDefault(),
                            context.console().outColor()));
            return ExitCode.OK;
        }
    }
}
