package org.crvqa.cli.experiment;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.crvqa.cli.console.Durations;
import org.crvqa.cli.console.Rates;
import org.crvqa.cli.console.Sentences;
import org.crvqa.coordinator.v1.TaskStatus;
import org.crvqa.task.v1.TaskFailure;
import org.crvqa.task.v1.TaskProgress;

/** One task in a line. */
final class TaskText {
    private static final String GAP = "  ";

    /** What takes less than this is not worth words. */
    private static final Duration SHORTEST_SHOWN = Duration.ofSeconds(3);

    /** From here on the time of a step says more than the examples in a second. */
    private static final Duration SLOW_STEP = Duration.ofSeconds(1);

    private TaskText() {}

    /**
     * "train 512/1000  loss 3.214  1200/s  0:41 left"; before the first word from the worker how long that has been, by
     * {@code watched}: since when the task has been seen running.
     */
    static String progress(TaskStatus task, Duration watched) {
        return parts(task, watched).stream().map(Part::text).collect(Collectors.joining(GAP));
    }

    /** The same without what can be done without: how long a step takes, a score, how long nothing has come to an end. */
    static String essentials(TaskStatus task, Duration watched) {
        return parts(task, watched).stream()
                .flatMap(part -> part.brief().stream())
                .collect(Collectors.joining(GAP));
    }

    /** The same once more, as close together as can be, and without the phase where there are steps. */
    static String tight(TaskStatus task, Duration watched) {
        return parts(task, watched).stream()
                .flatMap(part -> part.tight().stream())
                .collect(Collectors.joining(" "));
    }

    /** How far its phase is, in [0, 1]; 0 when that is not known. */
    static double fraction(TaskStatus task) {
        TaskProgress progress = task.getProgress();
        return progress.getTotalSteps() > 0
                ? Math.min(1, Math.max(0, (double) progress.getStep() / progress.getTotalSteps()))
                : 0;
    }

    /**
     * A piece of a task's progress.
     *
     * @param text in full
     * @param brief what stays of it where there is little room
     * @param tight what stays of it where there is hardly any
     */
    private record Part(String text, Optional<String> brief, Optional<String> tight) {
        static Part essential(String text) {
            return new Part(text, Optional.of(text), Optional.of(text));
        }

        static Part extra(String text) {
            return new Part(text, Optional.empty(), Optional.empty());
        }
    }

    private static List<Part> parts(TaskStatus task, Duration watched) {
        TaskProgress progress = task.getProgress();
        if (progress.getPhase().isEmpty() && progress.getTotalSteps() <= 0) {
            return List.of(Part.essential("starting" + (shows(watched) ? " for " + Durations.words(watched) : "")));
        }
        List<Part> parts = new ArrayList<>();
        parts.add(steps(progress));
        if (progress.hasLoss()) {
            parts.add(Part.essential(String.format(Locale.ROOT, "loss %.3f", progress.getLoss())));
        }
        if (progress.hasScore()) {
            parts.add(Part.extra("score " + ReportText.percent(progress.getScore()) + " %"));
        }
        boolean examples = progress.getExamplesPerSecond() > 0;
        if (examples) {
            parts.add(Part.essential(Rates.perSecond(progress.getExamplesPerSecond())));
        }
        Duration step = Words.java(progress.getStepTime());
        if (step.compareTo(SLOW_STEP) >= 0) {
            String each = Rates.perStep(step);
            parts.add(examples ? Part.extra(each) : Part.essential(each));
        }
        if (progress.hasTimeLeft()) {
            // Said when the latest step ended; the next one has come nearer its end since.
            Duration left = Words.java(progress.getTimeLeft()).minus(Words.java(progress.getRunningFor()));
            parts.add(Part.essential(Durations.clock(left) + " left"));
        }
        return parts;
    }

    /** "train 512/1000, next step running for 5 s". */
    private static Part steps(TaskProgress progress) {
        String phase = progress.getPhase();
        if (progress.getTotalSteps() <= 0) {
            return new Part(phase + running(progress), Optional.of(phase), Optional.of(phase));
        }
        String steps = progress.getStep() + "/" + progress.getTotalSteps();
        String both = phase.isEmpty() ? steps : phase + " " + steps;
        return new Part(both + running(progress), Optional.of(both), Optional.of(steps));
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

    private static boolean shows(Duration duration) {
        return duration.compareTo(SHORTEST_SHOWN) >= 0;
    }

    /** "The cause. What to do." */
    static String failure(TaskFailure failure) {
        String cause = Sentences.ended(failure.getCause());
        return failure.getAdvice().isEmpty() ? cause : cause + " " + Sentences.ended(failure.getAdvice());
    }
}
