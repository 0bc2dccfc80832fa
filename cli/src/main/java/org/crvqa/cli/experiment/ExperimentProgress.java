package org.crvqa.cli.experiment;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.crvqa.cli.client.ExperimentSnapshot;
import org.crvqa.cli.client.ExperimentWatch;
import org.crvqa.cli.console.Bar;
import org.crvqa.cli.console.Console;
import org.crvqa.cli.console.Durations;
import org.crvqa.cli.console.LivePanel;
import org.crvqa.cli.console.Style;
import org.crvqa.coordinator.v1.ExperimentStatus;
import org.crvqa.coordinator.v1.TaskState;
import org.crvqa.coordinator.v1.TaskStatus;

/**
 * Shows a running experiment: on a terminal a bar for the whole and one for each running task, with a line above for each
 * task that ends; elsewhere a line for each change of a task and one about the whole every 15 s. Of a large experiment tasks
 * are counted by stage, and only failures have lines of their own.
 */
public final class ExperimentProgress implements ExperimentWatch.Listener, AutoCloseable {
    private static final long PLAIN_EVERY_MILLIS = Duration.ofSeconds(15).toMillis();
    private static final long DRAW_EVERY_MILLIS = 100;
    private static final int WHOLE_BAR_COLUMNS = 40;
    private static final int LEAST_BAR_COLUMNS = 8;
    private static final double NEARLY = 0.99;
    /** A fleet may have a thousand workers, and a terminal has some dozen lines. */
    private static final int MOST_RUNNING_SHOWN = 20;

    private static final int MOST_FAILURES_TOLD = 50;

    private final Console console;
    private final InstantSource clock;
    private final LivePanel panel;
    private final Map<String, TaskStatus> known = new HashMap<>();
    private final Map<String, Long> runningSince = new HashMap<>();
    private int failuresTold;
    private boolean first = true;
    private boolean lost;
    private volatile boolean closed;
    private long shownMillis;

    /** In [0, 1]. A task that is tried again begins anew, and the whole does not go back. */
    private double farthest;

    /** Shows nothing before the first state. */
    public ExperimentProgress(Console console, InstantSource clock) {
        this.console = console;
        this.clock = clock;
        this.panel = new LivePanel(console);
    }

    @Override
    public void changed(ExperimentSnapshot snapshot) {
        if (closed) {
            return;
        }
        if (first) {
            start(snapshot);
        }
        if (snapshot.large()) {
            known.keySet().retainAll(snapshot.keys());
            runningSince.keySet().retainAll(snapshot.keys());
        }
        for (TaskStatus task : snapshot.tasks()) {
            TaskStatus before = known.put(task.getKey(), task);
            tell(snapshot, before == null ? TaskStatus.getDefaultInstance() : before, task);
            if (before == null || before.getState() != task.getState() || before.getAttempt() != task.getAttempt()) {
                runningSince.put(task.getKey(), clock.millis());
            }
        }
        long now = clock.millis();
        if (first
                || snapshot.ended()
                || now - shownMillis >= (console.live() ? DRAW_EVERY_MILLIS : PLAIN_EVERY_MILLIS)) {
            shownMillis = now;
            show(snapshot);
        }
        first = false;
    }

    @Override
    public void disconnected(String reason) {
        if (!lost && !closed) {
            lost = true;
            panel.message(Style.WARNING.apply(
                    "Lost the coordinator (" + reason + "); workers go on. Trying again ...", console.errColor()));
        }
    }

    @Override
    public void reconnected() {
        if (closed) {
            return;
        }
        lost = false;
        panel.message(Style.GOOD.apply("The coordinator is back.", console.errColor()));
    }

    /** A line among the progress, from any thread. */
    public void message(String line) {
        panel.message(line);
    }

    /** Ends the showing; what a watch says afterwards is not shown. */
    @Override
    public void close() {
        closed = true;
        panel.close();
    }

    private void start(ExperimentSnapshot snapshot) {
        int done = snapshot.large() ? snapshot.experiment().getTasksDone() : 0;
        for (TaskStatus task : snapshot.tasks()) {
            if (task.getState() == TaskState.TASK_STATE_DONE) {
                known.put(task.getKey(), task);
                done++;
            }
        }
        String found = done == 0 ? "" : "; " + done + " already done";
        panel.message("Experiment " + snapshot.experiment().getId() + ": "
                + snapshot.experiment().getTasksTotal() + " tasks" + found);
        if (!snapshot.experiment().getProblem().isEmpty()) {
            panel.message(Style.BAD.apply("set aside", console.errColor()) + " "
                    + snapshot.experiment().getProblem());
        }
    }

    /** Of the tasks of a large experiment only failures are told one by one, and of these the first. */
    private void tell(ExperimentSnapshot snapshot, TaskStatus before, TaskStatus now) {
        String id = snapshot.experiment().getId();
        boolean color = console.errColor();
        if (snapshot.large()) {
            boolean fails = now.getState() == TaskState.TASK_STATE_FAILED && before.getState() != now.getState();
            if (fails && ++failuresTold <= MOST_FAILURES_TOLD) {
                panel.message(failed(now, color));
            } else if (fails && failuresTold == MOST_FAILURES_TOLD + 1) {
                panel.message("More tasks failed: 'crvqa tasks " + id + " --state failed' lists them.");
            }
            return;
        }
        if (now.getState() != before.getState() || now.getAttempt() != before.getAttempt()) {
            switch (now.getState()) {
                case TASK_STATE_DONE -> panel.message(Style.GOOD.apply("done", color) + "     " + now.getLabel());
                case TASK_STATE_FAILED -> panel.message(failed(now, color));
                case TASK_STATE_CANCELLED -> {
                    String why = now.getNote().isEmpty() ? "" : ": " + now.getNote();
                    panel.message(Style.WARNING.apply("cancelled", color) + " " + now.getLabel() + why);
                    return;
                }
                case TASK_STATE_RUNNING -> {
                    if (!console.live() || now.getAttempt() > 1) {
                        panel.message("running  " + now.getLabel() + attempt(now));
                    }
                }
                case TASK_STATE_UNSPECIFIED, TASK_STATE_PLANNED, TASK_STATE_READY, UNRECOGNIZED -> {}
            }
        }
        if (!now.getNote().isEmpty() && !now.getNote().equals(before.getNote())) {
            panel.message(Style.WARNING.apply("note", color) + "     " + now.getLabel() + ": " + now.getNote());
        }
    }

    private static String failed(TaskStatus task, boolean color) {
        return Style.BAD.apply("failed", color) + "   " + task.getLabel() + ": " + TaskText.failure(task.getFailure());
    }

    private static String attempt(TaskStatus task) {
        String where = task.getWorker().isEmpty() ? "" : " on " + task.getWorker();
        return task.getAttempt() > 1 ? where + ", attempt " + task.getAttempt() : where;
    }

    private void show(ExperimentSnapshot snapshot) {
        List<TaskStatus> all = snapshot.tasks(TaskState.TASK_STATE_RUNNING);
        List<TaskStatus> running = all.subList(0, Math.min(all.size(), mostShown(snapshot)));
        List<String> more = new ArrayList<>();
        if (running.size() < all.size()) {
            more.add("  and " + (all.size() - running.size()) + " more");
        }
        if (snapshot.large()) {
            more.addAll(StageText.lines(snapshot.experiment(), console.live() && console.errColor()));
        }
        RunningTasks tasks = new RunningTasks(running, durations(running)::get);
        farthest = Math.max(farthest, fraction(snapshot));
        double fraction = farthest;
        if (console.live()) {
            panel.show(columns -> {
                List<String> lines = new ArrayList<>();
                lines.add("");
                lines.add(Style.BOLD.apply(whole(snapshot, fraction, columns), console.errColor()));
                lines.addAll(tasks.lines(columns));
                lines.addAll(more);
                return lines;
            });
        } else {
            console.say(Bar.percent(fraction).strip() + ", " + summary(snapshot));
            running.forEach(t -> console.say("         " + t.getLabel() + ": " + TaskText.progress(t, watched(t))));
            more.forEach(console::say);
        }
    }

    /** So many that the lines about the whole stay on the terminal. */
    private int mostShown(ExperimentSnapshot snapshot) {
        if (!console.live()) {
            return MOST_RUNNING_SHOWN;
        }
        int others = 4 + (snapshot.large() ? snapshot.experiment().getStagesCount() + 2 : 0);
        return Math.max(1, Math.min(MOST_RUNNING_SHOWN, console.rows() - others));
    }

    /** A terminal that is resized draws what was known then, in another thread. */
    private Map<TaskStatus, Duration> durations(List<TaskStatus> running) {
        Map<TaskStatus, Duration> durations = new IdentityHashMap<>();
        running.forEach(task -> durations.put(task, watched(task)));
        return durations;
    }

    /** How long this attempt has been seen running. */
    private Duration watched(TaskStatus task) {
        long now = clock.millis();
        return Duration.ofMillis(Math.max(0, now - runningSince.getOrDefault(task.getKey(), now)));
    }

    /** The bar gives way to the words. */
    private static String whole(ExperimentSnapshot snapshot, double fraction, int columns) {
        String words = Bar.percent(fraction) + "  " + summary(snapshot);
        int bar = Math.min(WHOLE_BAR_COLUMNS, columns - words.length() - 1);
        return bar < LEAST_BAR_COLUMNS ? words.stripLeading() : Bar.of(fraction, bar) + " " + words;
    }

    private static String summary(ExperimentSnapshot snapshot) {
        ExperimentStatus status = snapshot.experiment();
        String left =
                status.hasTimeLeft() ? ", about " + Durations.words(Words.java(status.getTimeLeft())) + " left" : "";
        return status.getTasksDone() + "/" + status.getTasksTotal() + " tasks, " + Words.of(status.getState()) + left;
    }

    // Running tasks count by their steps, so that the bar moves between the ends of tasks.
    private static double fraction(ExperimentSnapshot snapshot) {
        int total = snapshot.experiment().getTasksTotal();
        double done = snapshot.experiment().getTasksDone();
        for (TaskStatus task : snapshot.tasks(TaskState.TASK_STATE_RUNNING)) {
            // Less than a whole one, so that only the end of the last task is the end.
            done += NEARLY * TaskText.fraction(task);
        }
        return total == 0 ? 0 : done / total;
    }
}
