package org.crvqa.cli.experiment;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.crvqa.cli.console.Table;
import org.crvqa.coordinator.v1.RetryExperimentResponse;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.coordinator.v1.TaskStatus;

/** What is tried again, a line each. */
public final class RetryText {
    private static final int KEY_DIGITS = 12;

    private RetryText() {}

    /** The lines to print. */
    public static List<String> lines(RetryExperimentResponse response, boolean color) {
        if (response.getRetriedKeysCount() == 0) {
            return List.of("Nothing failed in " + response.getExperiment().getId() + "; nothing is tried again.");
        }
        if (response.getExperiment().getTasksOmitted()) {
            return List.of(response.getRetried() + " tasks of "
                    + response.getExperiment().getId() + " are tried again.");
        }
        Set<String> retried = new HashSet<>(response.getRetriedKeysList());
        Table table = Table.of(List.of("Task", "State", ">Attempts so far", "Key"));
        int waiting = 0;
        for (TaskStatus task : response.getExperiment().getTasksList()) {
            if (retried.contains(task.getKey())) {
                table.row(List.of(
                        task.getLabel(),
                        Words.of(task.getState()),
                        Integer.toString(task.getAttempt()),
                        task.getKey()
                                .substring(0, Math.min(KEY_DIGITS, task.getKey().length()))));
            } else if (task.getState() == TaskState.TASK_STATE_PLANNED) {
                waiting++;
            }
        }
        List<String> lines = new ArrayList<>(table.lines(color));
        if (waiting > 0) {
            lines.add(waiting + (waiting == 1 ? " task waits" : " tasks wait") + " for results of others.");
        }
        return lines;
    }
}
