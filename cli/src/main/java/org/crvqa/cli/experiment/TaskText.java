package org.crvqa.cli.experiment;

import java.time.Duration;
import java.util.Locale;
import org.crvqa.cli.console.Bar;
import org.crvqa.cli.console.Durations;
import org.crvqa.cli.console.Rates;
import org.crvqa.coordinator.v1.TaskStatus;
import org.crvqa.task.v1.TaskFailure;
import org.crvqa.task.v1.TaskProgress;

/** One task in a line. */
final class TaskText {
    private static final int BAR_COLUMNS = 22;

    /** What takes less than this is not worth words. */
    private static final Duration SHORTEST_SHOWN = Duration.ofSeconds(3);

    /** From here on the time of a step says more than the examples in a second. */
    private static final Duration SLOW_STEP = Duration.ofSeconds(1);

    private TaskText() {}

    /** "[=====>    ]  51 %  train 512/1000  loss 3.214  1200/s  0:41 left". */
    static String progressWithBar(TaskStatus task, Duration watched) {
        TaskProgress progress = task.getProgress();
        double fraction = progress.getTotalSteps() > 0 ? (double) progress.getStep() / progress.getTotalSteps() : 0;
        return Bar.of(fraction, BAR_COLUMNS) + " " + Bar.percent(fraction) + "  " + progress(task, watched);
    }

    /**
     * "train 512/1000  loss 3.214  1200/s  0:41 left"; before the first word from the worker how long that has been, by
     * {@code watched}: since when the task has been seen running.
     */
    static String progress(TaskStatus task, Duration watched) {
        TaskProgress progress = task.getProgress();
        if (progress.getPhase().isEmpty() && progress.getTotalSteps() <= 0) {
            return "starting" + (shows(watched) ? " for " + Durations.words(watched) : "");
        }
        StringBuilder text = new StringBuilder(progress.getPhase());
        if (progress.getTotalSteps() > 0) {
            text.append(' ').append(progress.getStep()).append('/').append(progress.getTotalSteps());
        }
        text.append(running(progress));
        if (progress.hasLoss()) {
            text.append(String.format(Locale.ROOT, "  loss %.3f", progress.getLoss()));
        }
        if (progress.hasScore()) {
            text.append("  score ")
                    .append(ReportText.percent(progress.getScore()))
                    .append(" %");
        }
        text.append(speed(progress));
        if (progress.hasTimeLeft()) {
            // Said when the latest step ended; the next one has come nearer its end since.
            Duration left = Words.java(progress.getTimeLeft()).minus(Words.java(progress.getRunningFor()));
            text.append("  ").append(Durations.clock(left)).append(" left");
        }
        return text.toString();
    }

    /** How long nothing has come to an end. */
    private static String running(TaskProgress progress) {
        Duration running = Words.java(progress.getRunningFor());
        if (!shows(running)) {
            return "";
        }
        boolean steps = progress.getTotalSteps() > 0 && progress.getStep() < progress.getTotalSteps();
        return (steps ? ", next step running for " : " for ") + Durations.words(running);
    }

    private static String speed(TaskProgress progress) {
        String examples =
                progress.getExamplesPerSecond() > 0 ? "  " + Rates.perSecond(progress.getExamplesPerSecond()) : "";
        Duration step = Words.java(progress.getStepTime());
        return examples + (step.compareTo(SLOW_STEP) >= 0 ? "  " + Rates.perStep(step) : "");
    }

    private static boolean shows(Duration duration) {
        return duration.compareTo(SHORTEST_SHOWN) >= 0;
    }

    /** "user error: the cause Advice." */
    static String failure(TaskFailure failure) {
        return failure.getCause() + (failure.getAdvice().isEmpty() ? "" : " " + failure.getAdvice());
    }
}
