package org.crvqa.cli.experiment;

import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.crvqa.cli.console.Style;
import org.crvqa.cli.console.Table;
import org.crvqa.coordinator.v1.WorkerSetAside;
import org.crvqa.coordinator.v1.WorkerStatus;
import org.crvqa.task.v1.WorkerState;

/** Workers as a table, with the reasons why some get no work below it. */
public final class WorkerText {
    private static final int KEY_DIGITS = 12;

    private WorkerText() {}

    /** The lines, without line ends. */
    public static List<String> lines(List<WorkerStatus> workers, InstantSource clock, boolean color) {
        Table table = Table.of(List.of("worker", "kind", "state", "since", "device", "version", "task", "last seen"));
        for (WorkerStatus worker : workers) {
            table.row(List.of(
                    name(worker),
                    strip(worker.getKind().name(), "WORKER_KIND_"),
                    style(worker).apply(state(worker), color),
                    worker.hasSince() ? words(age(worker.getSince(), clock)) : "–",
                    orDash(worker.getWorker().getDevice()),
                    orDash(worker.getWorker().getVersion()),
                    orDash(task(worker)),
                    worker.hasLastSeen() ? ago(worker.getLastSeen(), clock) : "never"));
        }
        List<String> lines = new ArrayList<>(table.lines(color));
        workers.stream().filter(WorkerStatus::hasSetAside).forEach(worker -> {
            lines.add("");
            lines.add(name(worker) + " gets no work" + until(worker.getSetAside(), clock) + ":");
            lines.add("  " + printable(worker.getSetAside().getReason()));
        });
        return lines;
    }

    private static String state(WorkerStatus worker) {
        if (!worker.getReachable()) {
            return "unreachable";
        }
        if (worker.hasSetAside()) {
            return "set aside";
        }
        String state = strip(worker.getWorker().getState().name(), "WORKER_STATE_");
        return worker.getLeaving() ? state + ", leaving" : state;
    }

    private static String name(WorkerStatus worker) {
        return printable(worker.getPod().isEmpty() ? worker.getAddress() : worker.getPod());
    }

    /** A task that the coordinator does not know has a key at least. */
    private static String task(WorkerStatus worker) {
        String key = worker.getWorker().getRunningKey();
        return worker.getTask().isEmpty() ? key.substring(0, Math.min(KEY_DIGITS, key.length())) : worker.getTask();
    }

    private static Style style(WorkerStatus worker) {
        if (!worker.getReachable() || worker.getWorker().getState() == WorkerState.WORKER_STATE_DEVICE_FAILED) {
            return Style.BAD;
        }
        if (worker.hasSetAside()
                || worker.getLeaving()
                || worker.getWorker().getState() == WorkerState.WORKER_STATE_DRAINING) {
            return Style.WARNING;
        }
        return worker.getWorker().getState() == WorkerState.WORKER_STATE_BUSY ? Style.ACTIVE : Style.GOOD;
    }

    private static String until(WorkerSetAside aside, InstantSource clock) {
        if (!aside.hasUntil()) {
            return " until it is replaced";
        }
        long seconds = Math.max(
                0, Duration.between(clock.instant(), instant(aside.getUntil())).toSeconds());
        return " for another " + words(seconds);
    }

    private static String ago(Timestamp time, InstantSource clock) {
        return words(age(time, clock)) + " ago";
    }

    private static long age(Timestamp time, InstantSource clock) {
        return Math.max(0, Duration.between(instant(time), clock.instant()).toSeconds());
    }

    private static String words(long seconds) {
        return seconds < 120 ? seconds + " s" : seconds / 60 + " min";
    }

    private static Instant instant(Timestamp time) {
        return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    }

    /** What a worker said of itself must not steer the terminal. */
    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ");
    }

    private static String orDash(String text) {
        return text.isEmpty() ? "–" : printable(text);
    }

    private static String strip(String name, String prefix) {
        return name.replace(prefix, "").replace('_', ' ').toLowerCase(Locale.ROOT);
    }
}
