package org.crvqa.cli.experiment;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.crvqa.coordinator.v1.ExperimentState;
import org.crvqa.coordinator.v1.ExperimentStatus;

/** How an experiment ended, and which commands say more. */
public final class EndText {
    private EndText() {}

    /**
     * The lines to print.
     *
     * @param arguments what a command needs besides to reach the same coordinator, with a space before it; may be empty
     */
    public static List<String> lines(ExperimentStatus experiment, ZoneId zone, String arguments) {
        String id = experiment.getId() + arguments;
        List<String> lines = new ArrayList<>();
        lines.add(sentence(experiment, zone));
        switch (experiment.getState()) {
            case EXPERIMENT_STATE_FAILED -> {
                lines.add("What failed:      crvqa tasks " + id + " --state failed");
                lines.add("Try that again:   crvqa retry " + id);
            }
            case EXPERIMENT_STATE_CANCELLED -> lines.add("Go on with it:    crvqa retry " + id);
            case EXPERIMENT_STATE_SUCCEEDED,
                    EXPERIMENT_STATE_RUNNING,
                    EXPERIMENT_STATE_PAUSED,
                    EXPERIMENT_STATE_UNREADABLE,
                    EXPERIMENT_STATE_UNSPECIFIED,
                    UNRECOGNIZED -> {}
        }
        if (experiment.getState() != ExperimentState.EXPERIMENT_STATE_UNREADABLE) {
            lines.add("Its scores:       crvqa report " + id);
        }
        return lines;
    }

    /** "Experiment e-1 failed on 2026-11-27 12:00:00 UTC; 3 of 12 tasks are done." */
    public static String sentence(ExperimentStatus experiment, ZoneId zone) {
        String how = switch (experiment.getState()) {
            case EXPERIMENT_STATE_CANCELLED -> "was cancelled";
            case EXPERIMENT_STATE_UNREADABLE -> "cannot be read";
            case EXPERIMENT_STATE_SUCCEEDED, EXPERIMENT_STATE_FAILED -> Words.of(experiment.getState());
            case EXPERIMENT_STATE_RUNNING, EXPERIMENT_STATE_PAUSED, EXPERIMENT_STATE_UNSPECIFIED, UNRECOGNIZED ->
                "is " + Words.of(experiment.getState());
        };
        String when = experiment.hasEnded() ? " on " + Words.date(experiment.getEnded(), zone) : "";
        int done = experiment.getTasksDone();
        return "Experiment " + experiment.getId() + " " + how + when + "; " + done + " of " + experiment.getTasksTotal()
                + " tasks " + (done == 1 ? "is" : "are") + " done.";
    }
}
