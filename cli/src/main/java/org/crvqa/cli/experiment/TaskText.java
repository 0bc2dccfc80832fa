package org.crvqa.cli.experiment;

import java.util.Locale;
import org.crvqa.cli.console.Bar;
import org.crvqa.cli.console.Durations;
import org.crvqa.coordinator.v1.TaskStatus;
import org.crvqa.task.v1.TaskFailure;
import org.crvqa.task.v1.TaskProgress;

/** One task in a line. */
final class TaskText {
    private static final int BAR_COLUMNS = 22;

    private TaskText() {}

    /** "[=====>    ]  51 %  train 512/1000  loss 3.214  1200/s  0:41 left". */
    static String progressWithBar(TaskStatus task) {
        TaskProgress progress = task.getProgress();
        if (!task.hasProgress() || progress.getTotalSteps() <= 0) {
            return Bar.of(0, BAR_COLUMNS) + " " + Bar.percent(0) + "  " + phase(task);
        }
        double fraction = (double) progress.getStep() / progress.getTotalSteps();
        return Bar.of(fraction, BAR_COLUMNS) + " " + Bar.percent(fraction) + "  " + progress(task);
    }

    /** "train 512/1000  loss 3.214  1200/s  0:41 left". */
    static String progress(TaskStatus task) {
        TaskProgress progress = task.getProgress();
        StringBuilder text = new StringBuilder(phase(task));
        if (progress.getTotalSteps() > 0) {
            text.append(' ').append(progress.getStep()).append('/').append(progress.getTotalSteps());
        }
        if (progress.hasLoss()) {
            text.append(String.format(Locale.ROOT, "  loss %.3f", progress.getLoss()));
        }
        if (progress.hasScore()) {
            text.append("  score ")
                    .append(ReportText.percent(progress.getScore()))
                    .append(" %");
        }
        if (progress.getExamplesPerSecond() > 0) {
            text.append(String.format(Locale.ROOT, "  %.0f/s", progress.getExamplesPerSecond()));
        }
        if (progress.hasTimeLeft()) {
            text.append("  ")
                    .append(Durations.clock(Words.java(progress.getTimeLeft())))
                    .append(" left");
        }
        return text.toString();
    }

    /** "user error: the cause Advice." */
    static String failure(TaskFailure failure) {
        return failure.getCause() + (failure.getAdvice().isEmpty() ? "" : " " + failure.getAdvice());
    }

    private static String phase(TaskStatus task) {
        return task.getProgress().getPhase().isEmpty()
                ? "starting"
                : task.getProgress().getPhase();
    }
}
