package org.crvqa.cli.experiment;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.crvqa.cli.console.Bar;
import org.crvqa.cli.console.Style;
import org.crvqa.coordinator.v1.TaskStatus;

/**
 * Running tasks, a line each, in the width that a terminal has. Percent, steps, loss, rate and time left always stay. First
 * the bar gives way, then what can be done without, then the label, which is cut in its middle.
 */
final class RunningTasks {
    private static final String INDENT = "  ";
    private static final String GAP = "  ";

    /** Less of a label says nothing. */
    private static final int LEAST_LABEL = 4;

    /** From the roomiest to the tightest. */
    private static final List<Form> FORMS = List.of(
            new Form(22, TaskText::progress, GAP, Integer.MAX_VALUE),
            new Form(10, TaskText::progress, GAP, Integer.MAX_VALUE),
            new Form(0, TaskText::progress, GAP, 30),
            new Form(0, TaskText::essentials, GAP, 20),
            new Form(0, TaskText::tight, " ", 0));

    private final List<TaskStatus> tasks;
    private final Function<TaskStatus, Duration> watched;

    /** {@code watched}: how long each has been seen running. */
    RunningTasks(List<TaskStatus> tasks, Function<TaskStatus, Duration> watched) {
        this.tasks = tasks;
        this.watched = watched;
    }

    private interface Details {
        String of(TaskStatus task, Duration watched);
    }

    /**
     * A way to write a line.
     *
     * @param bar columns of the bar; 0: none
     * @param details what stands behind the percentage
     * @param gap before the details
     * @param leastLabel of a longer label so much has to fit, or another form is taken
     */
    private record Form(int bar, Details details, String gap, int leastLabel) {
        String of(TaskStatus task, Duration watched) {
            double fraction = TaskText.fraction(task);
            return (bar > 0 ? Bar.of(fraction, bar) + " " : "")
                    + Bar.percent(fraction)
                    + gap
                    + details.of(task, watched);
        }
    }

    /** A line for each task, no wider than {@code columns} wherever that is possible. */
    List<String> lines(int columns) {
        int longest =
                tasks.stream().mapToInt(task -> task.getLabel().length()).max().orElse(0);
        for (Form form : FORMS) {
            Optional<List<String>> lines = lines(form, longest, columns);
            if (lines.isPresent()) {
                return lines.get();
            }
        }
        throw new IllegalStateException("The tightest form takes any width");
    }

    private Optional<List<String>> lines(Form form, int longest, int columns) {
        List<String> details =
                tasks.stream().map(task -> form.of(task, watched.apply(task))).toList();
        int widest = details.stream().mapToInt(String::length).max().orElse(0);
        int room = columns - INDENT.length() - form.gap().length() - widest;
        int label = Math.max(0, Math.min(longest, room));
        if (label < Math.min(longest, form.leastLabel())) {
            return Optional.empty();
        }
        return Optional.of(IntStream.range(0, tasks.size())
                .mapToObj(i -> INDENT + label(tasks.get(i), label, form.gap()) + details.get(i))
                .toList());
    }

    private static String label(TaskStatus task, int columns, String gap) {
        if (columns < LEAST_LABEL && columns < task.getLabel().length()) {
            return "";
        }
        String label = Style.cutMiddle(task.getLabel(), columns);
        return label + " ".repeat(columns - label.length()) + gap;
    }
}
