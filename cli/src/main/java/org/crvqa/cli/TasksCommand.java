package org.crvqa.cli;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.crvqa.artifacts.InvalidInputException;
import org.crvqa.cli.experiment.TaskListText;
import org.crvqa.cli.reading.ExperimentReads;
import org.crvqa.coordinator.v1.ListTasksRequest;
import org.crvqa.coordinator.v1.ListTasksResponse;
import org.crvqa.coordinator.v1.TaskKind;
import org.crvqa.coordinator.v1.TaskOrder;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.coordinator.v1.TaskView;
import org.crvqa.coordinator.v1.WorkKind;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "tasks",
        description = "List tasks of an experiment, page by page.",
        footer = {
            "",
            "Examples:",
            "  crvqa tasks demo-1a2b3c4d --state failed",
            "  crvqa tasks demo-1a2b3c4d --kind train --state running --state ready",
            "  crvqa tasks demo-1a2b3c4d --newest --limit 20",
            "  crvqa tasks demo-1a2b3c4d --stage 2 --limit 5000 --output json"
        })
final class TasksCommand implements Callable<Integer> {
    /** A state by its name. */
    enum State {
        PLANNED,
        READY,
        RUNNING,
        DONE,
        FAILED,
        CANCELLED;

        /** As people write it, and shells complete it. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A kind by its name. */
    enum Kind {
        TRAIN,
        PRUNE,
        EVALUATE;

        /** As people write it, and shells complete it. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** For shells that complete them. */
    static final class Stages implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return List.of("1", "2", "3").iterator();
        }
    }

    private final CliContext context;

    @Parameters(
            paramLabel = "EXPERIMENT",
            description = "Its id, as submit and list print it, the beginning of one, or latest.")
    private String experiment = "";

    @Option(names = "--state", description = "Only those in it: ${COMPLETION-CANDIDATES}. Repeatable.")
    private List<State> states = new ArrayList<>();

    @Option(names = "--kind", description = "Only those: ${COMPLETION-CANDIDATES}. Repeatable.")
    private List<Kind> kinds = new ArrayList<>();

    @Option(
            names = "--stage",
            paramLabel = "1|2|3",
            completionCandidates = Stages.class,
            description = "Only those of this stage. Repeatable.")
    private List<Integer> stages = new ArrayList<>();

    @Option(names = "--newest", description = "Those first that changed last; else in the order of the plan.")
    private boolean newest;

    @Option(names = "--limit", paramLabel = "N", defaultValue = "100", description = "At most so many (default 100).")
    private int limit;

    @Option(names = "--page", paramLabel = "TOKEN", description = "Go on where an earlier list ended, as it says.")
    private String page = "";

    @Mixin
    private SourceOption source = new SourceOption();

    @Mixin
    private OutputOption output = new OutputOption();

    TasksCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        if (limit < 1) {
            throw new InvalidInputException("--limit is " + limit + ", expected at least 1", "Give a larger number.");
        }
        ListTasksRequest.Builder request = ListTasksRequest.newBuilder()
                .setPageToken(page)
                .setView(TaskView.TASK_VIEW_FULL)
                .setOrder(newest ? TaskOrder.TASK_ORDER_NEWEST_CHANGE : TaskOrder.TASK_ORDER_PLAN);
        states.forEach(state -> request.addStates(TaskState.valueOf("TASK_STATE_" + state.name())));
        kinds.forEach(kind -> request.addKinds(TaskKind.valueOf("TASK_KIND_" + kind.name())));
        stages.forEach(stage -> request.addStages(stage(stage)));
        try (ExperimentReads client = source.open(context)) {
            request.setExperimentId(SourceOption.id(client, experiment));
            ListTasksResponse tasks = Tasks.some(client, request.build(), limit);
            output.print(
                    context.console(),
                    tasks,
                    () -> TaskListText.tasks(
                            tasks, ZoneId.systemDefault(), context.console().outColor()));
            return ExitCode.OK;
        }
    }

    private static WorkKind stage(int number) {
        return switch (number) {
            case 1 -> WorkKind.WORK_KIND_STAGE1;
            case 2 -> WorkKind.WORK_KIND_STAGE2;
            case 3 -> WorkKind.WORK_KIND_STAGE3;
            default ->
                throw new InvalidInputException(
                        "--stage is " + number + ", expected 1, 2 or 3",
                        "Evaluations are no stage: --kind evaluate lists them.");
        };
    }
}
