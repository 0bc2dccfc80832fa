package org.crvqa.cli;

import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import org.crvqa.cli.experiment.StatusText;
import org.crvqa.cli.reading.ExperimentReads;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.ListTasksRequest;
import org.crvqa.coordinator.v1.ListTasksResponse;
import org.crvqa.coordinator.v1.TaskOrder;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.coordinator.v1.TaskView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "status",
        description = {
            "Show how an experiment stands, on one screen however large it is:",
            "its tasks by stage and state, and those that run or failed last."
        },
        footer = {"", "Examples:", "  crvqa status demo-1a2b3c4d", "  crvqa status demo-1a2b3c4d --output json"})
final class StatusCommand implements Callable<Integer> {
    private static final int MOST_SHOWN = 20;

    private final CliContext context;

    @Parameters(
            paramLabel = "EXPERIMENT",
            description = "Its id, as submit and list print it, the beginning of one, or latest.")
    private String experiment = "";

    @Mixin
    private SourceOption source = new SourceOption();

    @Mixin
    private OutputOption output = new OutputOption();

    StatusCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        try (ExperimentReads client = source.open(context)) {
            ExperimentStatus status = client.summary(SourceOption.id(client, experiment));
            if (output.json()) {
                output.print(context.console(), status, List::of);
                return ExitCode.OK;
            }
            boolean readable = status.getState() != ExperimentState.EXPERIMENT_STATE_UNREADABLE;
            ListTasksResponse none = ListTasksResponse.getDefaultInstance();
            ListTasksResponse running = readable && status.getCounts().getRunning() > 0
                    ? those(client, status.getId(), TaskState.TASK_STATE_RUNNING)
                    : none;
            ListTasksResponse failed = readable && status.getCounts().getFailed() > 0
                    ? those(client, status.getId(), TaskState.TASK_STATE_FAILED)
                    : none;
            StatusText.lines(
                            status,
                            running,
                            failed,
                            context.clock(),
                            ZoneId.systemDefault(),
                            context.console().outColor())
                    .forEach(context.console()::print);
            return ExitCode.OK;
        }
    }

    private static ListTasksResponse those(ExperimentReads client, String experiment, TaskState state) {
        return client.tasks(ListTasksRequest.newBuilder()
                .setExperimentId(experiment)
                .addStates(state)
                .setOrder(TaskOrder.TASK_ORDER_NEWEST_CHANGE)
                .setView(TaskView.TASK_VIEW_FULL)
                .setPageSize(MOST_SHOWN)
                .build());
    }
}
